"""The contracts that others build against, made from the code: events, the Kafka topic, problems, the vocabulary."""
