/// Turns the tree of watch.yaml into a `Configuration`, or reports every mistake at once. Flags override the
/// environment, the environment overrides the file, the file overrides the defaults.
public struct ConfigurationDecoding: Sendable {
    /// The folder of watch.yaml, absolute: relative paths in it begin there.
    public var root: String

    /// The providers that `accounts:` may name.
    public var providers: [KnownProvider]

    public init(root: String, providers: [KnownProvider] = []) {
        self.root = root
        self.providers = providers
    }

    static let sections = [
        "folders", "provider", "accounts", "models", "intake", "hours", "timezone", "budget", "permissions", "output",
        "limits",
    ]

    /// - Parameter documents: of watch.yaml; none where the file is missing or says nothing.
    public func configuration(
        _ documents: [DocumentNode], environment: ConfigurationOverrides = ConfigurationOverrides(),
        flags: ConfigurationOverrides = ConfigurationOverrides()
    ) -> Checked<Configuration> {
        var reader = FieldReader()
        var configuration = Configuration(root: root)
        if documents.count > 1 {
            reader.found.error(.secondDocument, at: documents[1].mark)
        }
        if let document = documents.first, !document.isNothing {
            KeyGuard.check(document, &reader.found)
            for entry in reader.entries(document, "watch.yaml") ?? [] {
                section(entry, &configuration, &reader)
            }
            if let zone = document["timezone"].flatMap({ timezone($0, &reader) }) {
                configuration.budget.timezone = zone
                configuration.shownTimezone = zone
            }
            if let one = document["provider"], let many = document["accounts"] {
                reader.found.error(.providerBesideAccounts, at: max(one.mark, many.mark))
            }
            if let node = document["hours"] { configuration.hours = hours(node, configuration, &reader) }
        }
        for overrides in [environment, flags] { apply(overrides, to: &configuration, &reader) }
        var origins: [String: String] = [:]
        for overrides in [environment, flags] {
            if let inbox = overrides.inbox { origins["inbox"] = inbox.origin }
            if let outbox = overrides.outbox { origins["outbox"] = outbox.origin }
        }
        checkFolders(configuration.folders, documents.first?["folders"]?.mark ?? .start, origins, &reader)
        return Checked(configuration, reader.found.sorted)
    }

    private func section(
        _ entry: DocumentNode.Entry, _ configuration: inout Configuration, _ reader: inout FieldReader
    ) {
        let node = entry.value
        switch entry.key.value {
        case "folders": folders(node, &configuration.folders, &reader)
        case "provider": provider(node, &configuration.provider, &reader)
        case "accounts": configuration.accounts = accounts(node, &reader)
        case "models": models(node, &configuration.models, &reader)
        case "intake": intake(node, &configuration.intake, &reader)
        case "budget": budget(node, &configuration.budget, &reader)
        case "permissions": permissions(node, &configuration.delivery, &reader)
        case "output":
            let name = reader.fields(node, "output", known: ["name"])["name"].flatMap { reader.text($0, "name") }
            for problem in name.map(OutputNameTemplate.problems) ?? [] { reader.found.add(problem) }
            configuration.delivery.outputName = name?.value
        case "limits": limits(node, &configuration.limits, &reader)
        case "hours", "timezone": break  // read afterwards: hours need the time zone
        default: unknown(entry.key, &reader)
        }
    }

    /// Says in which section a misplaced key belongs.
    private func unknown(_ key: Marked<String>, _ reader: inout FieldReader) {
        let keys: [(section: String, keys: [String])] = [
            ("folders", Self.folderKeys), ("provider", Self.providerKeys), ("models", Self.modelKeys),
            ("intake", Self.intakeKeys), ("budget", Self.budgetKeys), ("permissions", Self.permissionKeys),
            ("limits", Self.limitKeys),
        ]
        if let home = keys.first(where: { $0.keys.contains(key.value) }) {
            reader.found.error(.misplacedSetting(key.value, section: home.section), at: key.mark)
        } else if ["api_key", "apikey", "key", "dashscope_api_key", "qwen_api_key"].contains(key.value.lowercased()) {
            reader.found.error(.keyInSettings, at: key.mark)
        } else {
            reader.unknown(key, in: "watch.yaml", known: Self.sections)
        }
    }

    static let folderKeys = ["inbox", "working", "outbox", "archive", "failed", "assets", "state"]

    private func folders(
        _ node: DocumentNode, _ folders: inout Configuration.Folders, _ reader: inout FieldReader
    ) {
        let fields = reader.fields(node, "folders", known: Self.folderKeys)
        func set(_ key: String, _ path: WritableKeyPath<Configuration.Folders, String>) {
            if let value = fields[key].flatMap({ self.path($0, key, &reader) }) { folders[keyPath: path] = value }
        }
        set("inbox", \.inbox)
        set("working", \.working)
        set("outbox", \.outbox)
        set("archive", \.archive)
        set("failed", \.failed)
        set("state", \.state)
        if let assets = fields["assets"] {
            folders.assets = reader.items(assets).compactMap { path($0, "assets", &reader) }
        }
    }

    private func path(_ node: DocumentNode, _ key: String, _ reader: inout FieldReader) -> String? {
        guard let text = reader.text(node, key) else { return nil }
        guard !text.value.hasPrefix("~"), !text.value.isEmpty, !text.value.contains("\\") else {
            reader.found.error(.badPath(key, node), at: text.mark)
            return nil
        }
        return Self.absolute(text.value, root)
    }

    /// Joins and takes `.` and `..` out, by the letters alone.
    static func absolute(_ path: String, _ root: String) -> String {
        var parts: [Substring] = []
        for part in (path.hasPrefix("/") ? path : root + "/" + path).split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// Files in the inbox count as drops, so no other folder may be inside it; and no two folders may be the same.
    ///
    /// - Parameter origins: the flag that set a folder, by the folder's key.
    private func checkFolders(
        _ folders: Configuration.Folders, _ mark: Mark, _ origins: [String: String], _ reader: inout FieldReader
    ) {
        let all = [
            ("inbox", folders.inbox), ("working", folders.working), ("outbox", folders.outbox),
            ("archive", folders.archive), ("failed", folders.failed), ("state", folders.state),
        ]
        for (index, one) in all.enumerated() {
            for other in all[(index + 1)...] where one.1 == other.1 {
                reader.found.add(
                    Diagnostic(
                        .sameFolder(one.0, other.0), at: mark, origin: origins[other.0] ?? origins[one.0]))
            }
        }
        for other in all.dropFirst() where other.1.hasPrefix(folders.inbox + "/") {
            reader.found.add(
                Diagnostic(.folderInInbox(other.0), at: mark, origin: origins[other.0] ?? origins["inbox"]))
        }
    }

    static let providerKeys = [
        "region", "base_url", "workspace", "account", "account_exclusive", "key_file", "result_hosts", "lost_answer",
        "quiet_period",
    ]

    private func provider(
        _ node: DocumentNode, _ provider: inout Configuration.Provider, _ reader: inout FieldReader
    ) {
        let fields = reader.fields(node, "provider", known: Self.providerKeys)
        settings(fields, &provider, &reader)
        if let account = fields["account"].flatMap({ reader.text($0, "account") }) { provider.account = account.value }
    }

    /// What is said of an account, wherever it stands.
    func settings(
        _ fields: [String: DocumentNode], _ provider: inout Configuration.Provider, _ reader: inout FieldReader
    ) {
        if let region = fields["region"].flatMap({ reader.text($0, "region") }) {
            provider.region = self.region(region.value, at: region.mark, nil, &reader) ?? provider.region
        }
        if let url = (fields["base_url"] ?? fields["root"]).flatMap({ reader.text($0, "base_url") }) {
            provider.baseURL = baseURL(url.value, at: url.mark, nil, &reader)
        }
        if let workspace = fields["workspace"].flatMap({ reader.text($0, "workspace") }) {
            let isName = workspace.value.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9_-]{0,63}/) != nil
            if !isName {
                reader.found.error(.badWorkspace(workspace.value), at: workspace.mark)
            }
            provider.workspace = workspace.value
        }
        provider.keyFile = fields["key_file"].flatMap { path($0, "key_file", &reader) }
        provider.resultHosts = fields["result_hosts"].map { reader.texts($0, "result_hosts").map(\.value) } ?? []
        if let exclusive = fields["account_exclusive"].flatMap({ reader.boolean($0, "account_exclusive") }) {
            provider.accountExclusive = exclusive.value
        }
        if let lost = fields["lost_answer"].flatMap({
            reader.word($0, "lost_answer", Configuration.LostAnswerRule.self)
        }) {
            provider.lostAnswer = lost.value
        }
        provider.quietPeriodSeconds =
            fields["quiet_period"].flatMap { seconds($0, "quiet_period", &reader) } ?? provider.quietPeriodSeconds
    }

    private func region(
        _ name: String, at mark: Mark, _ origin: String?, _ reader: inout FieldReader
    ) -> String? {
        if let region = Region(named: name) { return region.rawValue }
        let known = Region.allCases.map(\.rawValue)
        reader.found.add(Diagnostic(.unknownRegion(name, known: known), at: mark, origin: origin))
        return nil
    }

    private func baseURL(
        _ text: String, at mark: Mark, _ origin: String?, _ reader: inout FieldReader
    ) -> String? {
        var url = text
        while url.hasSuffix("/") { url.removeLast() }
        let secure = url.hasPrefix("https://")
        let rest = url.dropFirst(secure ? 8 : 7)
        let host = rest.prefix { $0 != "/" }
        guard secure || url.hasPrefix("http://"), !host.isEmpty, !host.contains("@"),
            !url.contains(where: { $0.isWhitespace || $0 == "?" || $0 == "#" })
        else {
            reader.found.add(Diagnostic(.badBaseURL, at: mark, origin: origin))
            return nil
        }
        if rest.count == host.count {
            reader.found.add(Diagnostic(.baseURLWithoutPath, at: mark, severity: .warning, origin: origin))
        }
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" }.dropFirst() : host.prefix { $0 != ":" }
        if !secure, name != "localhost", name != "::1", !name.hasPrefix("127.") {
            reader.found.add(Diagnostic(.unencryptedKey(host: name), at: mark, severity: .warning, origin: origin))
        }
        return url
    }

    static let modelKeys = ["text_to_image", "image_edit", "catalogue"] + filmKeys.map(\.key)

    /// `text_to_video`, …
    private static let filmKeys = JobKind.allCases.filter(\.makesFilms).map { kind in
        (key: String(kind.rawValue.map { $0 == "-" ? "_" : $0 }), kind: kind)
    }

    private func models(_ node: DocumentNode, _ models: inout Configuration.Models, _ reader: inout FieldReader) {
        let fields = reader.fields(node, "models", known: Self.modelKeys)
        if let text = fields["text_to_image"].flatMap({ reader.text($0, "text_to_image") }) {
            models.textToImage = text.value
        }
        if let text = fields["image_edit"].flatMap({ reader.text($0, "image_edit") }) { models.imageEdit = text.value }
        for (key, kind) in Self.filmKeys {
            if let text = fields[key].flatMap({ reader.text($0, key) }) { models.films[kind.rawValue] = text.value }
        }
        models.catalogue = fields["catalogue"].flatMap { path($0, "catalogue", &reader) }
    }

    private func apply(
        _ overrides: ConfigurationOverrides, to configuration: inout Configuration, _ reader: inout FieldReader
    ) {
        if let inbox = overrides.inbox { configuration.folders.inbox = Self.absolute(inbox.value, root) }
        if let outbox = overrides.outbox { configuration.folders.outbox = Self.absolute(outbox.value, root) }
        if let region = overrides.region,
            let known = self.region(region.value, at: .start, region.origin, &reader)
        {
            setRegion(known, region.origin, &configuration, &reader)
        }
        if let url = overrides.baseURL, let root = baseURL(url.value, at: .start, url.origin, &reader) {
            setBaseURL(root, url.origin, &configuration, &reader)
        }
        if let model = overrides.textToImage { configuration.models.textToImage = model.value }
        if let model = overrides.imageEdit { configuration.models.imageEdit = model.value }
    }
}

extension DocumentNode {
    /// The value of a mapping's key; nil if it is empty.
    subscript(key: String) -> DocumentNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key.value == key && !$0.value.isNothing }?.value
    }
}
