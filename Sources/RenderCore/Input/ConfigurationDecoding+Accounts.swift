/// `accounts: {studio: {provider: dashscope, region: singapore, key_file: /etc/key}, speed: {provider: wavespeed}}`
extension ConfigurationDecoding {
    static let accountKeys =
        ["provider", "root", "dialect", "key_env", "currency"] + providerKeys.filter { $0 != "account" }

    func accounts(_ node: DocumentNode, _ reader: inout FieldReader) -> [Configuration.Account] {
        var accounts: [Configuration.Account] = []
        for entry in reader.entries(node, "accounts") ?? [] {
            guard let account = account(entry, &reader) else { continue }
            if accounts.contains(where: { $0.name.foldedName == account.name.foldedName }) {
                reader.found.error(.sameAccount(account.name), at: entry.key.mark)
                continue
            }
            accounts.append(account)
        }
        if accounts.isEmpty, !reader.found.hasErrors { reader.found.error(.noAccounts, at: node.mark) }
        return accounts
    }

    private func account(
        _ entry: DocumentNode.Entry, _ reader: inout FieldReader
    ) -> Configuration.Account? {
        let name = entry.key.value
        guard name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,63}/) != nil else {
            reader.found.error(.badAccountName(name), at: entry.key.mark)
            return nil
        }
        let fields = reader.fields(entry.value, name, known: Self.accountKeys)
        guard let said = fields["provider"].flatMap({ reader.text($0, "provider") }) else {
            if fields["provider"] == nil {
                reader.found.error(.accountWithoutProvider(name, known: providers.map(\.name)), at: entry.key.mark)
            }
            return nil
        }
        guard let provider = providers.first(where: { $0.name == said.value.foldedName }) else {
            reader.unknownName(said, in: "provider", known: providers.map(\.name))
            return nil
        }
        var account = Configuration.Account(name: name, provider: provider.name)
        for key in ["region", "workspace"] where !provider.hasRegions {
            if let node = fields[key] { reader.found.error(.accountTakesNo(key, provider.name), at: node.mark) }
        }
        dialect(fields, provider, &account.settings, &reader)
        settings(fields, &account.settings, &reader)
        account.settings.account = name
        account.saysRegion = fields["region"] != nil
        if let text = fields["key_env"].flatMap({ reader.text($0, "key_env") }) {
            if text.value.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) == nil {
                reader.found.error(.badKeyVariable, at: text.mark)
            }
            account.keyVariable = text.value
            if let file = fields["key_file"] { reader.found.error(.twoKeySources(name), at: file.mark) }
        }
        if let text = fields["currency"].flatMap({ reader.text($0, "currency") }) {
            account.currency = text.value.uppercased()
            if text.value.wholeMatch(of: /[A-Za-z]{3}/) == nil {
                reader.found.error(.badCurrency(text.value), at: text.mark)
            }
        }
        return account
    }

    private func dialect(
        _ fields: [String: DocumentNode], _ provider: KnownProvider, _ settings: inout Configuration.Provider,
        _ reader: inout FieldReader
    ) {
        guard let node = fields["dialect"] else { return }
        guard !provider.dialects.isEmpty else {
            return reader.found.error(.accountTakesNo("dialect", provider.name), at: node.mark)
        }
        guard let text = reader.text(node, "dialect") else { return }
        settings.dialect = provider.dialects.first { $0.lowercased() == text.value.lowercased() }
        if settings.dialect == nil { reader.unknownName(text, in: "dialect", known: provider.dialects) }
    }

    /// Flags name the only account's region; of several accounts nobody knows which is meant. What the environment says holds for
    /// those that say nothing.
    func setRegion(
        _ region: String, _ origin: String, _ configuration: inout Configuration, _ reader: inout FieldReader
    ) {
        configuration.provider.region = region
        if origin.hasPrefix("--"), !configuration.accounts.isEmpty {
            return reader.found.add(Diagnostic(.flagBesideAccounts(origin), at: .start, origin: origin))
        }
        for index in configuration.accounts.indices where isFirstKind(configuration.accounts[index]) {
            let account = configuration.accounts[index]
            if !account.saysRegion, account.settings.baseURL == nil {
                configuration.accounts[index].settings.region = region
            }
        }
    }

    func setBaseURL(
        _ root: String, _ origin: String, _ configuration: inout Configuration, _ reader: inout FieldReader
    ) {
        configuration.provider.baseURL = root
        if origin.hasPrefix("--"), !configuration.accounts.isEmpty {
            return reader.found.add(Diagnostic(.flagBesideAccounts(origin), at: .start, origin: origin))
        }
        for index in configuration.accounts.indices where isFirstKind(configuration.accounts[index]) {
            let account = configuration.accounts[index]
            if !account.saysRegion, account.settings.baseURL == nil {
                configuration.accounts[index].settings.baseURL = root
            }
        }
    }

    /// The environment's region and base URL are those of the first provider; others have variables of their own.
    private func isFirstKind(_ account: Configuration.Account) -> Bool { account.provider == providers.first?.name }
}
