import Foundation
import RenderCore
import Testing

/// What is sent as it was written, though it was hardly meant so.
@Suite struct DoubtTests {
    private static let now = Date(timeIntervalSince1970: 1_795_000_000)  // 2026-11-18

    private static func warnings(_ text: String) -> [Diagnostic] {
        let reader = DropReaders(parser: parser, configuration: configuration(), catalogue: catalogue)
        let outcome = reader.plan(reader.read(jobFile: Array(text.utf8)), references: Pictures.all, now: now)
        return outcome.diagnostics.filter { $0.severity == .warning }
    }

    private static func warnings(link: String) -> [Diagnostic] {
        warnings("prompt: a hat\nmodel: qwen-image-edit-plus\nreferences: ['\(link)']\n")
    }

    // MARK: Text that YAML leaves out

    @Test(arguments: [
        ("prompt: one wall #ff8800, a sofa\n", 1, 18), ("prompt: a\nnegative_prompt: text #1\n", 2, 23),
        ("prompt: #ff8800 wall\nmodel: wan2.6-image\n", 1, 9), ("prompt: a\ttab\t#1\n", 1, 15),
        ("prompt: a\noutput: x-{index} #1\n", 2, 19),
        ("prompt: a\ntags:\n- spring #hot\n", 3, 10), ("prompt: a\nmetadata:\n  client: Acme #4711\n", 3, 16),
        ("matrix:\n  prompt:\n  - a wall #1\n  - a floor\n", 3, 12), ("prompt: a\r\nnegative_prompt: b #c\r\n", 2, 20),
        ("prompt: A {c} wall #ff8800\nmatrix: {c: [red, blue]}\n", 1, 20), ("prompt: one\n  wall #ff8800\n", 2, 8),
        ("jobs:\n- prompt: a #1\n- prompt: b\n", 2, 13),
    ])
    func `a text cut by a comment mark is told`(text: String, line: Int, column: Int) throws {
        let cut = Self.cuts(text)
        #expect(cut.map(\.mark) == [Mark(line: line, column: column)], "\(cut)")
        #expect(cut.first?.advice.contains("quotes") == true)
    }

    @Test(arguments: [
        "prompt: a wall # my note\n", "prompt: a wall # \n", "prompt: a wall#ff8800\n", "prompt: 'a wall' #note\n",
        "prompt: a wall #\n",
        "prompt: a\nseed: 42 #best\n", "#note\nprompt: a\n#note\n", "prompt: |\n  a wall #ff8800\n",
        "prompt: a\nn: 2 #two\n",
        "prompt: 'a #1'\n", "prompt: a # #ff8800\n",
    ])
    func `a comment is a comment`(text: String) {
        #expect(Self.cuts(text) == [])
    }

    @Test func `a text of several lines that a comment mark cuts names the mark`() {
        let said = plan("prompt: one\n  wall #ff8800 and\n  a sofa\nmodel: qwen-image-plus\n").diagnostics
        #expect(said.first?.mark == Mark(line: 2, column: 8), "\(said)")
        #expect(
            said.first?.message.hasPrefix("this # starts a comment because it follows a space: the text ends here")
                == true)
        let other = plan("prompt: a #1\n\tmodel: [a\n").diagnostics
        #expect(!other.contains { $0.message.contains("starts a comment") && $0.severity == .error }, "\(other)")
    }

    @Test func `a word that YAML takes for an anchor is told, unless something repeats it`() {
        #expect(
            Self.warnings("prompt: &boat on a lake\n").contains {
                $0.message.contains("YAML reads `&boat` as a name for this value and leaves it out of `prompt`")
            })
        #expect(
            !Self.warnings("prompt: &p a boat\nnegative_prompt: *p\n").contains { $0.message.contains("leaves it out") }
        )
        #expect(!Self.warnings("prompt: 'a & b'\n").contains { $0.message.contains("leaves it out") })
    }

    @Test func `each render keeps what was doubtful, without the prompt`() throws {
        let outcome = plan("prompt: one wall #ff8800\nmodel: qwen-image-plus\nseed: [1, 2]\n")
        #expect(outcome.plans.count == 2)
        let kept = try #require(outcome.plans.last?.warnings)
        #expect(
            kept.contains {
                $0.hasPrefix("1:18: warning: this # starts a comment because it follows a space: `prompt` ends here")
            }, "\(kept)")
        #expect(!kept.contains { $0.contains("wall") || $0.contains("ff8800") })
        #expect(
            plan("prompt: a\nmodel: qwen-image-plus\n").plans.first?.warnings?.contains { $0.contains("#") } != true)
    }

    private static func cuts(_ text: String) -> [Diagnostic] {
        warnings(text).filter { $0.message.contains("this # starts a comment") }
    }

    // MARK: Links

    @Test(arguments: [
        "http://localhost/a.png", "http://LOCALHOST:8080/a.png", "https://x.localhost/a.png", "http://127.0.0.1/a.png",
        "http://127.1/a.png",
        "http://2130706433/a.png", "http://0x7f.1/a.png", "http://0177.0.0.1/a.png", "http://10.1.2.3/a.png",
        "http://172.16.0.1/a.png",
        "http://172.31.255.255/a.png", "http://192.168.1.20/a.png", "http://100.64.0.1/a.png",
        "http://169.254.1.1/a.png", "http://0.0.0.0/a.png",
        "http://[::1]/a.png", "http://[fe80::1%25eth0]/a.png", "http://[fd00::1]:80/a.png",
        "http://[::ffff:192.168.1.1]/a.png",
        "http://[64:ff9b::10.0.0.1]/a.png", "https://nas.local/a.png", "https://nas.local./a.png", "https://nas/a.png",
        "https://nas.lan/a.png",
        "https://files.corp/a.png", "http://fritz.box/a.png", "http://host.home.arpa/a.png", "https://224.0.0.1/a.png",
        "https://[ff02::1]/a.png",
    ])
    func `a link into a private network is told`(link: String) {
        let said = Self.warnings(link: link)
        #expect(said.count { $0.message.hasPrefix("the provider cannot fetch this link: ") } == 1, "\(said)")
    }

    @Test(arguments: [
        "Expires=1700000000&Signature=sEcReT", "Expires=1700000000",
        "x-oss-signature=sEcReT&x-oss-date=20261101T000000Z&x-oss-expires=3600",
        "X-Amz-Date=20261117T000000Z&X-Amz-Expires=3600&X-Amz-Signature=sEcReT",
        "x-amz-date=20261117T000000Z&x-amz-expires=60",
        "X-Goog-Date=20261117T000000Z&X-Goog-Expires=60&X-Goog-Signature=sEcReT",
        "se=2026-11-17T00%3A00%3A00Z&sp=r&sig=sEcReT",
        "se=2026-11-17&sig=sEcReT", "q-sign-time=1690000000;1700000000&q-signature=sEcReT", "x-oss-expires=1700000000",
        "expires=1700000000000",
        "ex=6553f100&is=65529f80&hm=sEcReT",
    ])
    func `a link that has ended is told, without its signature`(query: String) {
        let said = Self.warnings(link: "https://bucket.example.com/a.png?" + query)
        #expect(said.count { $0.message.contains("it expired on ") } == 1, "\(said)")
        #expect(!said.contains { ($0.message + $0.advice).contains("sEcReT") || $0.message.contains("?") })
    }

    @Test(arguments: [
        "https://www.dropbox.com/s/abc/a.png?dl=0", "https://www.dropbox.com/scl/fi/abc/a.png?rlkey=x",
        "https://drive.google.com/file/d/abc/view?usp=sharing",
        "https://drive.google.com/open?id=abc", "https://1drv.ms/i/s!abc", "https://onedrive.live.com/?id=abc",
        "https://acme-my.sharepoint.com/:i:/g/personal/x?e=abc",
        "https://we.tl/t-abc", "https://www.icloud.com/photos/#abc", "https://photos.app.goo.gl/abc",
    ])
    func `a link to a page is told`(link: String) {
        let said = Self.warnings(link: link)
        #expect(said.count { $0.message.contains("leads to a page, not to the file") } == 1, "\(said)")
    }

    @Test(arguments: [
        "https://example.com/a.png", "https://example.com/a.png?Expires=1900000000&Signature=x",
        "https://8.8.8.8/a.png", "https://172.32.0.1/a.png",
        "https://[2606:4700::1111]/a.png", "https://example.com/a.png?expires=soon",
        "https://example.com/a.png?e=1700000000", "https://1.example.com/a.png",
        "https://b.example.com/a.png?X-Amz-Date=20261118T000000Z&X-Amz-Expires=604800",
        "https://www.dropbox.com/s/abc/a.png?dl=1",
        "https://dl.dropboxusercontent.com/s/abc/a.png", "https://drive.google.com/uc?export=download&id=abc",
        "https://i.imgur.com/abc.png",
        "https://example.com/a.png?se=2020-01-01", "https://example.com/a.png?Expires=3600",
        "https://local.example.com/a.png",
    ])
    func `a link that may well be fetched is not`(link: String) {
        #expect(Self.warnings(link: link) == [])
    }

    @Test func `a refused link is told without password and signature`() {
        let said = plan(
            "prompt: a\nmodel: qwen-image-edit-plus\nreferences: ['https://ann:pass@example.com/a.png?Signature=sEcReT']\n"
        ).diagnostics
        #expect(said.contains { $0.message.contains("a user name or a password") }, "\(said)")
        #expect(!said.contains { $0.message.contains("pass@") || $0.message.contains("sEcReT") })
    }
}
