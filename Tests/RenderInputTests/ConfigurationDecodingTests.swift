import Foundation
import RenderCore
import RenderYAML
import Testing

@Suite struct ConfigurationDecodingTests {
    private func decode(
        _ text: String, environment: [String: String] = [:], flags: ConfigurationOverrides = .init()
    ) throws -> Checked<Configuration> {
        ConfigurationDecoding(root: "/srv/render").configuration(
            try parser.parse(text), environment: ConfigurationOverrides(environment: environment), flags: flags)
    }

    @Test func `no file is the defaults`() throws {
        #expect(try decode("").value == Configuration(root: "/srv/render"))
    }

    @Test func `paths begin at the folder of the file`() throws {
        let folders = try #require(
            try decode("folders: {inbox: ../share/in, outbox: /mnt/out, assets: [assets, ./brand/]}").value?.folders)
        #expect(folders.inbox == "/srv/share/in" && folders.outbox == "/mnt/out")
        #expect(folders.assets == ["/srv/render/assets", "/srv/render/brand"])
    }

    @Test func `flags beat the environment, the environment the file, the file the defaults`() throws {
        let text = "provider: {region: tokyo, base_url: https://file/api/v1}\nmodels: {text_to_image: a, image_edit: b}"
        var flags = ConfigurationOverrides()
        flags.region = .init("frankfurt", origin: "--region")
        let environment = [
            "DASHSCOPE_REGION": "cn-beijing", "QWEN_BASE_URL": "https://qwen/api/v1/", "QWEN_IMAGE_MODEL": "c",
            "DASHSCOPE_HTTP_BASE_URL": " ",
        ]
        let file = try #require(try decode(text).value)
        #expect(file.provider.region == "tokyo" && file.provider.baseURL == "https://file/api/v1")
        let below = try #require(try decode(text, environment: environment).value)
        #expect(below.provider.region == "beijing" && below.provider.baseURL == "https://qwen/api/v1")
        #expect(below.models.textToImage == "c" && below.models.imageEdit == "b")
        #expect(try decode(text, environment: environment, flags: flags).value?.provider.region == "frankfurt")
    }

    @Test func `a mistake outside of the file says where it comes from`() throws {
        let found = try decode("", environment: ["DASHSCOPE_REGION": "mars"]).diagnostics
        #expect(
            found.map { $0.rendered(file: "watch.yaml", text: "") } == [
                "DASHSCOPE_REGION: error: unknown region `mars` (write one of beijing, singapore, virginia, hongkong, frankfurt, tokyo)"
            ])
    }

    @Test(arguments: [
        ("provder: {}", "1:1 unknown field `provder` in `watch.yaml`"),
        ("region: beijing", "1:1 `region` belongs below `provider`"),
        ("provider: {regoin: a}", "1:12 unknown field `regoin` in `provider`"),
        ("intake: {settle: 2}", "1:18 `settle` cannot be \"2\""),
        ("hours: 22-6", "1:8 `hours` cannot be \"22-6\""),
        ("hours: 25:00-06:00", "1:8 `hours` cannot be \"25:00-06:00\""),
        ("timezone: Mars/Base", "1:11 `timezone` cannot be \"Mars/Base\""),
        ("limits: {disk_reserve: 500}", "1:24 `disk_reserve` cannot be \"500\""),
        ("limits: {disk_reserve: lots}", "1:24 `disk_reserve` cannot be \"lots\""),
        ("limits: {attempts: 0}", "1:20 `attempts` cannot be \"0\""),
        ("permissions: {files: 999}", "1:22 `files` cannot be \"999\""),
        ("budget: {day: lots}", "1:15 `day` cannot be \"lots\""),
        ("budget: {day: 5 USD}", "1:15 `day` is in USD, but the budget's currency is CNY"),
        (
            "folders: {outbox: inbox/out}",
            "1:10 `outbox` is inside the inbox, where renderdrop reads every file as a job"
        ),
        ("folders: {outbox: archive}", "1:10 `outbox` and `archive` are the same folder"),
        ("folders: {inbox: ~/in}", "1:18 `inbox` cannot be \"~/in\""),
        ("provider: {base_url: ftp://x}", "1:22 the base URL is not the address of a server"),
        ("provider: {base_url: 'https://u:p@x/api/v1'}", "1:22 the base URL is not the address of a server"),
        ("api_key: x", "1:1 an API key does not belong in watch.yaml"),
        ("limits: [1]", "1:9 `limits` must be a mapping, not a list of 1 item"),
        ("output: {name: a/b}", "1:16 an output name cannot contain `/`"),
        ("models: {}\n---\na: 1", "3:1 watch.yaml has a second document here"),
    ])
    func `a mistake is named at its place`(text: String, wanted: String) throws {
        let checked = try decode(text)
        #expect(checked.value == nil)
        #expect(checked.diagnostics.map { "\($0.mark.line):\($0.mark.column) \($0.message)" } == [wanted])
    }

    @Test(arguments: [
        ("0", 0), ("0B", 0), ("500MB", 500_000_000), ("1.5 GB", 1_500_000_000), ("2tb", 2_000_000_000_000),
        ("512MiB", 536_870_912), ("64 kb", 64000),
    ])
    func `a size has its unit`(text: String, bytes: Int) throws {
        #expect(try decode("limits: {disk_reserve: \(text)}").value?.limits.diskReserveBytes == bytes)
    }

    @Test(arguments: [
        (0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (512_000_000, "512 MB"), (1_550_000_000, "1.5 GB"),
    ])
    func `bytes are told in round figures`(bytes: Int, words: String) {
        #expect(ByteCount.words(bytes) == words)
    }

    @Test(arguments: ["", "5", "MB", "-5MB", "1e3MB", "5 5MB", "9999999TB", "nanMB"])
    func `what is no size is none`(text: String) { #expect(ByteCount.bytes(text) == nil) }

    @Test func `all mistakes come out together`() throws {
        #expect(try decode("intake: {settle: x, scan: y}\nlimits: {atempts: 1}\nhours: z").diagnostics.count == 4)
    }

    @Test(arguments: ["http://127.0.0.1:8080/api/v1", "http://localhost:1/api/v1", "http://[::1]:8080/api/v1"])
    func `a simulator on this computer needs no encryption`(url: String) throws {
        #expect(try decode("provider: {base_url: '\(url)'}").diagnostics == [])
    }

    @Test func `a key sent without encryption is a warning`() throws {
        let checked = try decode("provider: {base_url: 'http://10.0.0.1/api/v1'}")
        #expect(checked.value != nil && checked.warnings.count == 1)
    }

    @Test func `a key is refused wherever it stands, and never shown`() throws {
        let text = "provider:\n  key_file: sk-ws-0123456789abcdef0123\n  account: 'my sk-ABCDEFGH12345678'\n"
        let found = try decode(text).diagnostics
        #expect(found.count == 2)
        let shown = found.map { $0.rendered(file: "watch.yaml", text: text) }.joined(separator: "\n")
        #expect(!shown.contains("sk-") && !shown.contains("0123456789") && !shown.contains("ABCDEFGH"))
    }

    @Test func `hours have the time zone of the file, and go over midnight`() throws {
        let hours = try #require(try decode("hours: 22:00 - 06:00\ntimezone: Europe/Berlin").value?.hours)
        #expect(hours == Configuration.Hours(opens: 1320, closes: 360, timezone: "Europe/Berlin"))
        #expect(
            [0, 359, 360, 720, 1319, 1320, 1439].map(hours.isOpen) == [true, true, false, false, false, true, true])
    }

    @Test func `a configuration encodes the same way twice and comes back`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let one = try #require(try decode("hours: 22:00-06:00\nlimits: {attempts: 5}").value)
        let bytes = try encoder.encode(one)
        #expect(try encoder.encode(try JSONDecoder().decode(Configuration.self, from: bytes)) == bytes)
    }
}
