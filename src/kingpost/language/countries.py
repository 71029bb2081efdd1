"""Names of countries with what their people and things are called and their codes: ``nl`` and ``dutch``."""

_COUNTRIES_TEXT = """
germany german de; austria austrian at; switzerland swiss ch; france french fr; italy italian it; spain spanish es;
portugal portuguese pt; netherlands dutch nl holland; belgium belgian be; luxembourg lu; denmark danish dk;
sweden swedish se; norway norwegian no; finland finnish fi; iceland icelandic; ireland irish ie; poland polish pl;
czechia czech cz; slovakia slovak sk; hungary hungarian hu; romania romanian ro; bulgaria bulgarian bg;
greece greek gr; turkey turkish tr; russia russian ru; ukraine ukrainian ua; croatia croatian hr; serbia serbian rs;
slovenia slovene slovenian si; estonia estonian ee; latvia latvian lv; lithuania lithuanian lt; china chinese cn;
japan japanese jp; korea korean kr; india indian; canada canadian ca; mexico mexican mx; brazil brazilian br;
argentina argentine ar; chile chilean cl; australia australian au; egypt egyptian eg; israel israeli; iran iranian;
britain british uk kingdom england english; usa us american america; europe european eu; bavaria bavarian;
hesse hessian; saxony saxon; scotland scottish; wales welsh; thailand thai; vietnam vietnamese; malaysia malaysian;
indonesia indonesian; philippines philippine; asia asian; africa african
"""
_COUNTRY_OF = {name: names.split()[0] for names in _COUNTRIES_TEXT.split(";") for name in names.split()}


def same_country(one: str, other: str) -> bool:
    """Whether two words in small letters name one country: ``turkey`` and ``turkish``."""
    return one in _COUNTRY_OF and _COUNTRY_OF[one] == _COUNTRY_OF.get(other)
