"""Reading a tree of web pages: what belongs to it, what is asked for again, and what a hostile server cannot do."""

import gzip
import socket
import ssl
import threading
import tracemalloc
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from kingpost.backends.memory import MemoryObjects, MemoryRecords
from kingpost.documents.sources import connection
from kingpost.documents.sources.connection import Door, is_own, is_public
from kingpost.documents.sources.fetching import Fetcher
from kingpost.documents.sources.opening import SourceOpener
from kingpost.documents.sources.web import WebSource
from kingpost.errors import BackendUnavailable, DocumentError, MissingExtra, SettingsError, UsageError
from kingpost.records import Records
from kingpost.settings import WebSourceSettings
from web_site import Page, Site, serving

LOOPBACK = frozenset({"127.0.0.1"})


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as site:
        yield site


@pytest.fixture
def records() -> Records:
    return Records(MemoryRecords())


def opened(
    site: Site, records: Records, path: str = "/", *, hosts: tuple[str, ...] = (), **settings: object
) -> WebSource:
    known = {"delay_seconds": 0, "allow_private": ("127.0.0.1",), "seconds": 10, **settings}
    opener = SourceOpener(
        records=records, settings=WebSourceSettings.model_validate(known), bucket=lambda _: MemoryObjects(), hosts=hosts
    )
    source = opener.open(site.url(path))
    assert isinstance(source, WebSource)
    return source


def names(source: WebSource, site: Site) -> list[str]:
    return [reference.name.removeprefix(f"127.0.0.1:{site.port}/") for reference in source.references()]


def fetcher(site: Site | None = None, **more: object) -> Fetcher:
    return Fetcher(door=Door(allow_private=LOOPBACK), may_follow=lambda _: True, **more)  # type: ignore[arg-type]


def refused(call: Fetcher, url: str) -> str:
    with pytest.raises(DocumentError) as caught:
        call.fetch(url)
    assert caught.value.next
    return caught.value.reason


def test_a_tree_is_followed_below_its_path_and_each_page_is_a_document(site: Site, records: Records) -> None:
    site.page("/wiki/", "floors", "/wiki/doors?utm_source=mail#top", "/wiki/sub/", "/other/page", "mailto:a@b.example")
    site.page("/wiki/floors", "../wiki/./floors", "/wiki/")
    site.page("/wiki/doors")
    site.page("/wiki/sub/", "loads.csv", "picture.png")
    site.pages["/wiki/sub/loads.csv"] = Page(body=b"zone,load\nA,25\n", media_type="text/csv")
    site.pages["/wiki/sub/picture.png"] = Page(body=b"\x89PNG", media_type="image/png")
    source = opened(site, records, "/wiki/")
    assert names(source, site) == [
        "wiki/index.html",
        "wiki/doors.html",
        "wiki/floors.html",
        "wiki/sub/index.html",
        "wiki/sub/loads.csv",
    ]
    assert "/other/page" not in site.asked
    assert len(site.asked) == len(set(site.asked))
    assert any("a kind of file that is not read" in note for note in source.notes)
    asked = len(site.asked)
    table = next(reference for reference in source.references() if reference.name.endswith(".csv"))
    assert source.read(table).content == b"zone,load\nA,25\n"
    assert len(site.asked) == 2 * asked


def test_an_unchanged_page_is_not_sent_again_and_its_links_are_still_followed(site: Site, records: Records) -> None:
    site.page("/", "/a", headers={"ETag": '"one"'})
    site.page("/a", text="before", headers={"ETag": '"two"'})
    first = {reference.uri: reference.stamp for reference in opened(site, records).references()}
    site.page("/a", text="after", headers={"ETag": '"three"'})
    site.headers.clear()
    source = opened(site, records)
    second = {reference.uri: reference.stamp for reference in source.references()}
    assert [headers.get("if-none-match") for headers in site.headers] == [None, '"one"', '"two"']
    assert second.keys() == first.keys()
    assert second[site.url()] == first[site.url()]
    assert second[site.url("/a")] != first[site.url("/a")]
    root = next(reference for reference in source.references() if reference.uri == site.url())
    assert b"<h1>/</h1>" in source.read(root).content


def test_looking_without_leave_to_remember_remembers_nothing(site: Site, records: Records) -> None:
    site.page("/", headers={"ETag": '"one"'})
    opener = SourceOpener(
        records=records,
        settings=WebSourceSettings(delay_seconds=0, allow_private=("127.0.0.1",)),
        bucket=lambda _: MemoryObjects(),
        dry=True,
    )
    assert len(list(opener.open(site.url()).references())) == 1
    assert list(records.web_pages.partitions()) == []


def test_a_page_that_cannot_be_read_now_is_not_gone_and_one_that_is_not_there_is(site: Site, records: Records) -> None:
    site.page("/", "/a", "/b", "/new")
    site.page("/a", "/below")
    site.page("/b")
    site.page("/below")
    site.pages["/new"] = Page(status=404)
    assert names(opened(site, records), site) == ["index.html", "a.html", "b.html", "below.html"]
    site.pages["/a"] = Page(status=500)
    site.pages["/b"] = Page(status=404)
    source = opened(site, records)
    references = {reference.name.rpartition("/")[2]: reference for reference in source.references()}
    assert sorted(references) == ["a.html", "below.html", "index.html"]
    with pytest.raises(DocumentError) as caught:
        source.read(references["a.html"])
    assert caught.value.reason == "unreachable"


@pytest.mark.parametrize("status", [404, 403, 500, 418])
def test_a_tree_whose_first_page_cannot_be_read_is_unavailable_not_empty(
    site: Site, records: Records, status: int
) -> None:
    site.pages["/"] = Page(status=status)
    with pytest.raises(BackendUnavailable, match="nothing was read or removed"):
        list(opened(site, records).references())


def test_a_host_that_does_not_answer_is_unavailable(site: Site, records: Records) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        site.port = taken.getsockname()[1]
        with pytest.raises(BackendUnavailable):
            list(opened(site, records).references())


def test_robots_are_obeyed_unless_the_site_is_ours(site: Site, records: Records) -> None:
    site.pages["/robots.txt"] = Page(body=b"User-agent: *\nDisallow: /private/\n", media_type="text/plain")
    site.page("/", "/private/plan", "/open")
    site.page("/private/plan")
    site.page("/open")
    source = opened(site, records)
    assert names(source, site) == ["index.html", "open.html"]
    assert any("robots.txt" in note for note in source.notes)
    assert names(opened(site, records, robots=False), site) == ["index.html", "open.html", "private/plan.html"]
    with pytest.raises(BackendUnavailable, match=r"robots\.txt"):
        list(opened(site, records, "/private/plan").references())


def test_an_endless_tree_ends_at_the_limits_and_then_nothing_counts_as_gone(site: Site, records: Records) -> None:
    for number in range(60):
        site.page(f"/{number}/", f"/{number + 1}/", f"/{number}/?day={number}", f"/{number}/?day={number + 1}")
    source = opened(site, records, "/0/", paths=("/",), pages=25, depth=100)
    assert len(list(source.references())) == 25
    assert source.unlisted == ("",)
    assert any("stopped at 25 pages" in note for note in source.notes)
    shallow = opened(site, records, "/0/", paths=("/",), depth=3)
    assert names(shallow, site) == ["0/index.html", "1/index.html", "2/index.html", "3/index.html"]
    assert shallow.unlisted == ()


def test_a_page_of_links_to_what_is_not_read_does_not_hold_us_for_ever(site: Site, records: Records) -> None:
    site.page("/", *(f"/{number}.png" for number in range(500)))
    source = opened(site, records, pages=5)
    assert len(list(source.references())) == 1
    assert len(site.asked) < 40
    assert source.unlisted == ("",)


def test_other_hosts_belong_to_the_tree_only_when_named(site: Site, records: Records) -> None:
    with serving(Site()) as other:
        other.page("/there")
        site.page("/", other.url("/there"))
        assert names(opened(site, records), site) == ["index.html"]
        assert other.asked == []
        found = opened(site, records, hosts=(f"127.0.0.1:{other.port}",))
        assert len(list(found.references())) == 2


def test_a_redirect_to_another_host_leads_out_of_the_tree_unless_it_is_named(site: Site, records: Records) -> None:
    with serving(Site()) as other:
        other.page("/there")
        site.page("/", "/away")
        site.redirect("/away", other.url("/there"))
        source = opened(site, records)
        assert names(source, site) == ["index.html"]
        assert other.asked == []
        assert "1 address passed over: leads out of what is read" in source.notes
        named = opened(site, records, hosts=(f"127.0.0.1:{other.port}",))
        assert {reference.uri for reference in named.references()} == {site.url(), other.url("/there")}


def test_the_secret_goes_to_the_host_of_the_address_and_to_no_other_and_not_into_records(
    site: Site, records: Records
) -> None:
    with serving(Site()) as other:
        other.page("/there")
        site.page("/", other.url("/there"), "/away")
        site.redirect("/away", other.url("/there"))
        source = opened(site, records, hosts=(f"127.0.0.1:{other.port}",), authorization="Bearer s3cret")
        assert len(list(source.references())) == 2
        assert {headers.get("authorization") for headers in site.headers} == {"Bearer s3cret"}
        assert {headers.get("authorization") for headers in other.headers} == {None}
    assert "s3cret" not in str([list(records.web_pages.all(partition=p)) for p in records.web_pages.partitions()])
    assert "s3cret" not in str(WebSourceSettings(authorization="Bearer s3cret").model_dump(mode="json"))  # type: ignore[arg-type]


def test_links_that_do_something_are_not_followed(site: Site, records: Records) -> None:
    doing = (
        "/page?action=delete",
        "/x?do=edit",
        "/logout",
        "/pages/editpage.action?id=1",
        "/p?oldid=4",
        "javascript:x()",
    )
    site.page("/", *doing, "/kept?id=4")
    site.page("/kept?id=4")
    assert names(opened(site, records), site) == ["index.html", "kept?id=4.html"]
    assert site.asked == ["/robots.txt", "/", "/kept?id=4"]


# What a hostile server, or a hostile page, may try


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0",
        "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b:1::1", "2002:7f00:1::", "2001:0:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_no_address_but_a_public_one_is_public(address: str) -> None:
    assert not is_public(address)


def test_public_addresses_are_public_and_the_metadata_of_a_cloud_is_never_ours() -> None:
    assert all(is_public(address) for address in ("93.184.215.14", "8.8.8.8", "2606:4700:4700::1111"))
    assert all(is_own(address) for address in ("127.0.0.1", "10.1.2.3", "192.168.1.1", "fd12::1", "8.8.8.8"))
    assert not any(is_own(address) for address in ("169.254.169.254", "0.0.0.0", "224.0.0.1", "::", "fe80::1"))


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest/meta-data/", "http://localhost:{port}/inside", "http://[::1]:{port}/inside",
        "http://[::ffff:127.0.0.1]:{port}/inside", "http://2130706433:{port}/inside", "http://0x7f.1:{port}/inside",
        "http://0:{port}/inside",
    ],
)  # fmt: skip
def test_a_redirect_into_the_house_is_not_followed(site: Site, to: str) -> None:
    site.redirect("/", to.format(port=site.port))
    site.page("/inside")
    assert refused(fetcher(), site.url()) in ("address", "unreachable")
    assert site.asked == ["/"]


@pytest.mark.parametrize("to", ["file:///etc/passwd", "gopher://127.0.0.1/", "http://user:pw@127.0.0.1/", "http://["])
def test_a_redirect_to_anything_but_a_page_of_the_web_is_not_followed(site: Site, to: str) -> None:
    site.redirect("/", to)
    assert refused(fetcher(), site.url()) == "elsewhere"


def test_links_to_files_and_into_the_house_are_not_followed(site: Site, records: Records) -> None:
    site.page("/", "file:///etc/passwd", "http://169.254.169.254/x", "http://localhost/x", "ftp://127.0.0.1/x")
    source = opened(site, records, hosts=("169.254.169.254", "localhost"))
    found = {reference.uri: reference for reference in source.references()}
    assert sorted(found) == sorted([site.url(), "http://169.254.169.254/x", "http://localhost/x"])
    for uri in found.keys() - {site.url()}:
        with pytest.raises(DocumentError) as caught:
            source.read(found[uri])
        assert caught.value.reason == "address"


def test_a_name_is_looked_up_once_a_request_and_the_connection_goes_to_the_address_that_was_checked(site: Site) -> None:
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    looked_up: list[str] = []
    connected: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return next(answers)

    def connect(address: str, port: int, seconds: float) -> socket.socket:
        connected.append(address)
        return connection.connect("127.0.0.1", port, seconds)

    site.page("/", text="public")
    rebinding = Fetcher(door=Door(resolve=resolve, connect=connect), may_follow=lambda _: True)
    url = site.url("/", host="wiki.example")
    assert b"public" in (rebinding.fetch(url).content or b"")
    assert (looked_up, connected) == (["wiki.example"], ["93.184.215.14"])
    assert refused(rebinding, url) == "address"
    assert connected == ["93.184.215.14"]
    assert site.headers[0]["host"] == f"wiki.example:{site.port}"


def test_one_private_address_among_public_ones_is_enough_to_refuse(site: Site) -> None:
    door = Door(resolve=lambda host, port: ["93.184.215.14", "10.0.0.1"])
    assert refused(Fetcher(door=door, may_follow=lambda _: True), site.url(host="wiki.example")) == "address"


def test_redirects_that_go_in_a_circle_end(site: Site) -> None:
    site.redirect("/", "/b")
    site.redirect("/b", "/")
    assert refused(fetcher(), site.url()) == "unreachable"
    assert len(site.asked) == 6


def test_a_page_that_is_too_large_is_left_whether_or_not_it_says_so(site: Site) -> None:
    site.pages["/said"] = Page(body=b"x" * (2 * 1024 * 1024))

    def unsaid(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        for _ in range(100):
            handler.wfile.write(b"x" * 65536)

    site.pages["/unsaid"] = Page(write=unsaid)
    small = fetcher(page_megabytes=1)
    assert refused(small, site.url("/said")) == "too_large"
    assert refused(small, site.url("/unsaid")) == "too_large"


def test_a_packed_page_is_unpacked_and_one_that_unpacks_to_too_much_is_left(site: Site) -> None:
    site.pages["/good"] = Page(body=gzip.compress(b"<p>floor</p>"), headers={"Content-Encoding": "gzip"})
    site.pages["/bomb"] = Page(body=gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    site.pages["/cut"] = Page(body=gzip.compress(b"<p>floor</p>")[:-9], headers={"Content-Encoding": "gzip"})
    site.pages["/odd"] = Page(body=b"?", headers={"Content-Encoding": "br"})
    small = fetcher(page_megabytes=1)
    assert small.fetch(site.url("/good")).content == b"<p>floor</p>"
    tracemalloc.start()
    assert refused(small, site.url("/bomb")) == "too_large"
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 10_000_000
    assert refused(small, site.url("/cut")) == "unreachable"
    assert refused(small, site.url("/odd")) == "unreachable"


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "])
def test_a_server_that_drips_is_left_after_the_time_of_one_page(site: Site, start: bytes) -> None:
    done = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(start)
        while not done.wait(0.05):
            handler.wfile.write(b"x")

    site.pages["/"] = Page(write=drip)
    try:
        assert refused(fetcher(seconds=0.5), site.url()) == "unreachable"
    finally:
        done.set()


def test_an_answer_that_ends_early_or_is_no_answer_is_unreachable(site: Site) -> None:
    site.pages["/short"] = Page(
        write=lambda handler: (
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\nx")
            and setattr(handler, "close_connection", True)
        )
    )
    site.pages["/junk"] = Page(
        write=lambda handler: handler.wfile.write(b"\0\0\0\n") and setattr(handler, "close_connection", True)
    )
    site.pages["/many"] = Page(headers={f"X-{number}": "y" for number in range(300)})
    for path in ("/short", "/junk", "/many"):
        assert refused(fetcher(), site.url(path)) == "unreachable"


def test_a_certificate_that_nobody_vouches_for_is_refused(site: Site) -> None:
    assert refused(fetcher(), site.url().replace("http:", "https:")) == "unreachable"
    assert Door().tls.verify_mode is ssl.CERT_REQUIRED
    assert Door().tls.check_hostname


def test_a_busy_server_is_asked_once_more_after_the_wait_it_names(site: Site) -> None:
    waits: list[float] = []
    site.pages["/"] = Page(status=429, headers={"Retry-After": "7"})
    assert refused(fetcher(sleep=waits.append), site.url()) == "unreachable"
    assert waits == [7.0]
    assert len(site.asked) == 2


def test_requests_to_one_host_keep_their_distance(site: Site) -> None:
    waits: list[float] = []
    site.page("/")
    patient = fetcher(sleep=waits.append, delay_seconds=30)
    patient.fetch(site.url())
    patient.fetch(site.url())
    assert len(waits) == 1
    assert 20 < waits[0] <= 30


@pytest.mark.parametrize("place", ["ftp://host/", "https://user:pw@host/", "http://", "gs://bucket/x"])
def test_an_address_that_cannot_be_read_is_a_wrong_use(records: Records, place: str) -> None:
    opener = SourceOpener(records=records, settings=WebSourceSettings(), bucket=lambda _: MemoryObjects())
    with pytest.raises(UsageError):
        opener.open(place)


def test_a_bucket_without_its_backend_names_the_extra(records: Records) -> None:
    def missing(_: str) -> MemoryObjects:
        raise SettingsError("no objects backend named 's3'", next="x")

    opener = SourceOpener(records=records, settings=WebSourceSettings(), bucket=missing)
    with pytest.raises(MissingExtra, match="aws"):
        opener.open("s3://bucket/prefix")
