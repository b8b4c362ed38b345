"""What is answered by Open311 GeoReport v2, for the description of the interface."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from shared.runtime.answers import Answer


class Open311Service(Answer):
    """一类可上报的事项 / a kind of thing that can be reported."""

    service_code: str
    """类别代码,上报时填写 / its code, for a request"""
    service_name: str
    """名称 / its name"""
    description: str
    """说明 / what it is for"""
    metadata: bool
    """是否有附加项 / whether there are attributes to be asked for"""
    type: Literal["realtime"]
    """realtime:当即给出查询号 / the number is given at once"""
    keywords: str
    """关键词 / keywords"""
    group: str
    """分组 / its group"""


class Open311Value(Answer):
    """一个可选值 / a value to choose."""

    key: str
    """上报时填写的值 / what a request has"""
    name: str
    """显示的名称 / what people are shown"""


class Open311Attribute(Answer):
    """一个附加项,以 attribute[代码] 填写 / an attribute, sent as attribute[CODE]."""

    variable: bool
    """是否由上报人填写 / whether it is filled in"""
    code: str
    """代码 / its code"""
    datatype: Literal["string", "singlevaluelist"]
    """类型 / its type"""
    required: bool
    """是否必填 / whether it is required"""
    datatype_description: None
    """不使用 / not used"""
    order: int
    """次序 / its place in the order"""
    description: str
    """说明 / what it is"""
    values: tuple[Open311Value, ...]
    """可选值 / the values to choose from"""


class Open311Definition(Answer):
    """一类事项的附加项 / the attributes of a service."""

    service_code: str
    """类别代码 / the code of the service"""
    attributes: tuple[Open311Attribute, ...]
    """附加项 / its attributes"""


class Open311Receipt(Answer):
    """上报的回执 / the receipt of a request."""

    service_request_id: str
    """查询号,请交给上报人 / the tracking number, for whoever reports"""
    service_notice: str
    """说明 / what happens next"""
    account_id: None
    """不使用 / not used"""


class Open311Request(Answer):
    """一次上报的办理情况;密封的内容一律为空 / how far a request is; what is sealed is null."""

    service_request_id: str
    """查询号 / the tracking number"""
    status: Literal["open", "closed"]
    """open 办理中,closed 已有结果或不属安全生产事项 / open; or closed, with its result"""
    status_notes: str
    """办理情况说明 / how far it is, in words"""
    service_name: str
    """类别名称 / the name of the service"""
    service_code: str
    """类别代码 / the code of the service"""
    description: None
    """密封,不显示 / sealed, not shown"""
    agency_responsible: None
    """不使用 / not used"""
    service_notice: None
    """不使用 / not used"""
    requested_datetime: datetime
    """收到时间 / when it was received"""
    updated_datetime: datetime
    """最近一次进展的时间 / when it last moved on"""
    expected_datetime: None
    """不使用 / not used"""
    address: None
    """密封,不显示 / sealed, not shown"""
    address_id: None
    """密封,不显示 / sealed, not shown"""
    zipcode: None
    """不使用 / not used"""
    lat: None
    """密封,不显示 / sealed, not shown"""
    long: None
    """密封,不显示 / sealed, not shown"""
    media_url: None
    """密封,不显示 / sealed, not shown"""


class Open311Error(Answer):
    """一处错误 / an error."""

    code: int
    """HTTP 状态码 / the HTTP status"""
    description: str
    """有何错误、怎么办,中文在前 / what is wrong and what to do, in Chinese, then in English"""


class Open311Endpoint(Answer):
    """一个接口 / an endpoint."""

    specification: str
    """所依标准 / the standard that it follows"""
    url: str
    """地址 / its address"""
    changeset: datetime
    """类别或附加项最近变化的时间 / when services or attributes last changed"""
    type: Literal["production", "test"]
    """production 正式,test 演示安装 / production, or the test of a demonstration"""
    formats: tuple[str, ...]
    """格式 / its formats"""


class Open311Discovery(Answer):
    """接口发现 / what there is here."""

    changeset: datetime
    """最近变化的时间 / when it last changed"""
    contact: str
    """联系谁 / whom to ask"""
    key_service: str
    """怎样取得 api_key / how to get an api_key"""
    endpoints: tuple[Open311Endpoint, ...]
    """接口 / the endpoints"""
