import RenderCore
import RenderYAML
import Testing

/// `accounts:` of watch.yaml.
@Suite struct AccountSettingsTests {
    private func decode(
        _ text: String, environment: [String: String] = [:], flags: ConfigurationOverrides = .init()
    ) throws -> Checked<Configuration> {
        let providers = [
            KnownProvider("dashscope", hasRegions: true, baseURLExample: "https://host/api/v1"),
            KnownProvider("other", hasRegions: false, baseURLExample: "https://host/v2"),
        ]
        return ConfigurationDecoding(root: "/srv/render", providers: providers).configuration(
            try parser.parse(text), environment: ConfigurationOverrides(environment: environment), flags: flags)
    }

    @Test func `each account has settings of its own, in the order of the file`() throws {
        let accounts = try #require(
            try decode(
                """
                accounts:
                  studio: {provider: dashscope, region: cn-beijing, key_file: keys/studio, lost_answer: resend}
                  abroad: {provider: dashscope, region: singapore, key_env: ABROAD_KEY}
                  mine: {provider: Other, base_url: https://gate.example.com/v2/, currency: eur, account_exclusive: yes}
                """
            ).value?.accounts)
        #expect(accounts.map(\.name) == ["studio", "abroad", "mine"])
        #expect(accounts.map(\.provider) == ["dashscope", "dashscope", "other"])
        #expect(accounts.map(\.settings.account) == accounts.map(\.name))
        #expect(accounts.map(\.settings.region) == ["beijing", "singapore", "beijing"])
        #expect(accounts[0].settings.keyFile == "/srv/render/keys/studio" && accounts[0].settings.lostAnswer == .resend)
        #expect(accounts[1].keyVariable == "ABROAD_KEY" && accounts[1].settings.keyFile == nil)
        #expect(accounts[2].settings.baseURL == "https://gate.example.com/v2" && accounts[2].currency == "EUR")
        #expect(accounts.map(\.settings.accountExclusive) == [false, false, true])
    }

    @Test func `without accounts the settings are what they were`() throws {
        let settings = try #require(try decode("provider: {region: tokyo, account: mine, key_file: key}").value)
        #expect(settings.accounts.isEmpty && settings.provider.region == "tokyo" && settings.provider.account == "mine")
    }

    @Test func `the environment fills what an account of the first provider does not say`() throws {
        let text = """
            accounts:
              plain: {provider: dashscope}
              here: {provider: dashscope, region: singapore}
              gate: {provider: dashscope, base_url: https://gate.example.com/api/v1}
              mine: {provider: other}
            """
        let accounts = try #require(
            try decode(
                text,
                environment: [
                    "DASHSCOPE_REGION": "tokyo", "DASHSCOPE_HTTP_BASE_URL": "https://proxy.example.com/api/v1",
                ]
            ).value?.accounts)
        #expect(accounts.map(\.settings.region) == ["tokyo", "singapore", "beijing", "beijing"])
        #expect(
            accounts.map(\.settings.baseURL)
                == ["https://proxy.example.com/api/v1", nil, "https://gate.example.com/api/v1", nil])
    }

    @Test(arguments: [
        ("accounts: {a: {region: beijing}}", "1:12 the account `a` names no provider"),
        ("accounts: {a: {provider: othr}}", "1:26 unknown name `othr` in `provider`"),
        ("accounts: {a: {provider: other, region: tokyo}}", "1:41 accounts of other have no `region`"),
        ("accounts: {a: {provider: other}, A: {provider: other}}", "1:34 two accounts are called `A`"),
        ("accounts: {a/b: {provider: other}}", "1:12 an account cannot be called \"a/b\""),
        (
            "accounts: {a: {provider: other, key_env: sk-1 2}}",
            "1:42 `key_env` is not the name of an environment variable"
        ),
        (
            "accounts: {a: {provider: other, key_env: K, key_file: k}}",
            "1:55 the account `a` has both `key_env` and `key_file`"
        ),
        ("accounts: {a: {provider: other, currency: euro}}", "1:43 `currency` cannot be \"euro\""),
        ("accounts: {}", "1:11 `accounts` is empty"),
        (
            "provider: {region: tokyo}\naccounts: {a: {provider: other}}",
            "2:11 watch.yaml has both `provider` and `accounts`"
        ),
    ])
    func `a mistake is told at its place`(text: String, message: String) throws {
        let found = try decode(text).diagnostics
        #expect(found.map { "\($0.mark.line):\($0.mark.column) \($0.message)" } == [message])
    }

    @Test func `a flag that could mean any of the accounts is refused`() throws {
        var flags = ConfigurationOverrides()
        flags.region = .init("singapore", origin: "--region")
        let found = try decode("accounts: {a: {provider: dashscope}}", flags: flags).diagnostics
        #expect(
            found.map { $0.rendered(file: "watch.yaml", text: "") } == [
                "--region: error: --region does not say which of the accounts in watch.yaml it is for "
                    + "(set it in the account's entry)"
            ])
    }
}
