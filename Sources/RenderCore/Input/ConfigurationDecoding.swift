/// The tree of watch.yaml → `Configuration`, or every mistake at once. Flags beat the environment, the environment beats
/// the file, the file beats the defaults.
public struct ConfigurationDecoding: Sendable {
    /// The folder of watch.yaml, absolute: relative paths in it begin there.
    public var root: String

    public init(root: String) {
        self.root = root
    }

    static let sections = [
        "folders", "provider", "models", "intake", "hours", "timezone", "budget", "permissions", "output", "limits",
    ]

    /// - Parameter documents: of watch.yaml; none where the file is missing or says nothing.
    public func configuration(
        _ documents: [DocumentNode], environment: ConfigurationOverrides = ConfigurationOverrides(),
        flags: ConfigurationOverrides = ConfigurationOverrides()
    ) -> Checked<Configuration> {
        var reader = FieldReader()
        var configuration = Configuration(root: root)
        if documents.count > 1 {
            reader.found.error("watch.yaml has a second document here", at: documents[1].mark, "take the line --- out")
        }
        if let document = documents.first, !document.isNothing {
            KeyGuard.check(document, &reader.found)
            for entry in reader.entries(document, "watch.yaml") ?? [] {
                section(entry, &configuration, &reader)
            }
            if let zone = document["timezone"].flatMap({ timezone($0, &reader) }) {
                configuration.budget.timezone = zone
            }
            if let node = document["hours"] { configuration.hours = hours(node, configuration, &reader) }
        }
        for overrides in [environment, flags] { apply(overrides, to: &configuration, &reader) }
        checkFolders(configuration.folders, documents.first?["folders"]?.mark ?? .start, &reader)
        return Checked(configuration, reader.found.sorted)
    }

    private func section(
        _ entry: DocumentNode.Entry, _ configuration: inout Configuration, _ reader: inout FieldReader
    ) {
        let node = entry.value
        switch entry.key.value {
        case "folders": folders(node, &configuration.folders, &reader)
        case "provider": provider(node, &configuration.provider, &reader)
        case "models": models(node, &configuration.models, &reader)
        case "intake": intake(node, &configuration.intake, &reader)
        case "budget": budget(node, &configuration.budget, &reader)
        case "permissions": permissions(node, &configuration.delivery, &reader)
        case "output":
            let name = reader.fields(node, "output", known: ["name"])["name"].flatMap { reader.text($0, "name") }
            if let problem = name.flatMap(OutputNameTemplate.problem) { reader.found.add(problem) }
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
            reader.found.error(
                "`\(key.value)` does not stand alone", at: key.mark, "put it below `\(home.section):`, indented")
        } else if ["api_key", "apikey", "key", "dashscope_api_key", "qwen_api_key"].contains(key.value.lowercased()) {
            reader.found.error(
                "the key does not belong in watch.yaml", at: key.mark,
                "set the environment variable DASHSCOPE_API_KEY, or name a file with `provider: {key_file: …}`")
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
            reader.found.error(
                "`\(key)` cannot be \(node.found)", at: text.mark,
                "write the whole path with forward slashes, or one that begins at the folder of watch.yaml")
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

    /// What lies in the inbox is taken for a drop, so no other folder may lie there; and no two may be one.
    private func checkFolders(_ folders: Configuration.Folders, _ mark: Mark, _ reader: inout FieldReader) {
        let all = [
            ("inbox", folders.inbox), ("working", folders.working), ("outbox", folders.outbox),
            ("archive", folders.archive), ("failed", folders.failed), ("state", folders.state),
        ]
        for (index, one) in all.enumerated() {
            for other in all[(index + 1)...] where one.1 == other.1 {
                reader.found.error("`\(one.0)` and `\(other.0)` are the same folder", at: mark, "give each its own")
            }
        }
        for other in all.dropFirst() where other.1.hasPrefix(folders.inbox + "/") {
            reader.found.error(
                "`\(other.0)` lies within the inbox, where everything is taken for a job", at: mark,
                "put it beside the inbox")
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
        if let region = fields["region"].flatMap({ reader.text($0, "region") }) {
            provider.region = self.region(region.value, at: region.mark, nil, &reader) ?? provider.region
        }
        if let url = fields["base_url"].flatMap({ reader.text($0, "base_url") }) {
            provider.baseURL = baseURL(url.value, at: url.mark, nil, &reader)
        }
        if let workspace = fields["workspace"].flatMap({ reader.text($0, "workspace") }) {
            let isName = workspace.value.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9_-]{0,63}/) != nil
            if !isName {
                reader.found.error(
                    "`workspace` cannot be \"\(workspace.value.prefix(40))\"", at: workspace.mark,
                    "copy the workspace's id from the provider's console: letters, digits, - and _")
            }
            provider.workspace = workspace.value
        }
        if let account = fields["account"].flatMap({ reader.text($0, "account") }) { provider.account = account.value }
        provider.keyFile = fields["key_file"].flatMap { path($0, "key_file", &reader) }
        provider.resultHosts = fields["result_hosts"].map { reader.texts($0, "result_hosts").map(\.value) } ?? []
        if let exclusive = fields["account_exclusive"].flatMap({ reader.boolean($0, "account_exclusive") }) {
            provider.accountExclusive = exclusive.value
        }
        if let lost = fields["lost_answer"].flatMap({
            reader.word($0, "lost_answer", Configuration.LostAnswer.self)
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
        let near = NearestWord.of(name, among: known).map { "did you mean \($0)? " } ?? ""
        reader.found.add(
            Diagnostic(
                "there is no region `\(name.prefix(40))`", at: mark,
                advice: near + "known are \(known.joined(separator: ", "))", origin: origin))
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
            reader.found.add(
                Diagnostic(
                    "the base URL is no address of a server", at: mark,
                    advice: "write it as https://host/api/v1, without user name or key", origin: origin))
            return nil
        }
        if rest.count == host.count {
            reader.found.add(
                Diagnostic(
                    "the base URL has no path", at: mark, advice: "it usually ends in /api/v1", severity: .warning,
                    origin: origin))
        }
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" }.dropFirst() : host.prefix { $0 != ":" }
        if !secure, name != "localhost", name != "::1", !name.hasPrefix("127.") {
            reader.found.add(
                Diagnostic(
                    "the key would travel to \(name) unencrypted", at: mark, advice: "write https:// if you can",
                    severity: .warning, origin: origin))
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
        if let region = overrides.region {
            let known = self.region(region.value, at: .start, region.origin, &reader)
            configuration.provider.region = known ?? configuration.provider.region
        }
        if let url = overrides.baseURL {
            configuration.provider.baseURL = baseURL(url.value, at: .start, url.origin, &reader)
        }
        if let model = overrides.textToImage { configuration.models.textToImage = model.value }
        if let model = overrides.imageEdit { configuration.models.imageEdit = model.value }
    }
}

extension DocumentNode {
    /// The value of a mapping's key; nil where it says nothing.
    subscript(key: String) -> DocumentNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key.value == key && !$0.value.isNothing }?.value
    }
}
