/// renderdrop(1) in roff, with the `man` macros: every command and option as `--help` has them.
struct ManualPage {
    private let tree: CommandTree
    private let version: String

    init(_ tree: CommandTree, version: String) {
        self.tree = tree
        self.version = version
    }

    private static let variables = [
        ("DASHSCOPE_API_KEY, QWEN_API_KEY", "The API key; the first that is set is used."),
        ("DASHSCOPE_REGION", "The provider's region, as for \\-\\-region."),
        ("DASHSCOPE_HTTP_BASE_URL, QWEN_BASE_URL", "Root of the provider's API, as for \\-\\-base\\-url."),
        ("QWEN_IMAGE_MODEL, QWEN_IMAGE_EDIT_MODEL", "The default models."),
        ("RENDERDROP_HOST", "This machine's name, as other machines see it. Set it in containers."),
        ("NO_COLOR", "Turns colors off."),
        ("HTTPS_PROXY, HTTP_PROXY, NO_PROXY", "Proxies, as libcurl understands them."),
    ]

    var roff: String {
        var lines = [
            ".TH RENDERDROP 1 \"\" \"renderdrop \(version)\" \"User Commands\"",
            ".SH NAME",
            "renderdrop \\- \(Self.escaped(Self.lowercasedStart(tree.abstract ?? "")))",
            ".SH SYNOPSIS",
            ".B renderdrop", ".I command", "[\\fIoptions\\fR] [\\fIarguments\\fR]",
            ".SH DESCRIPTION",
        ]
        lines += Self.paragraphs(tree.discussion)
        lines.append(".SH COMMANDS")
        for command in tree.shownCommands { lines += Self.section(command) }
        lines.append(".SH ENVIRONMENT")
        for (name, words) in Self.variables { lines += [".TP", ".B \(name)", words] }
        lines += [
            ".SH FILES", ".TP", ".I watch.yaml",
            "The workspace's settings; \\fBrenderdrop init\\fR writes one with comments.",
            ".TP", ".I .renderdrop/", "The ledger: what is done and paid. Always on a local disk.",
            ".TP", ".I $CREDENTIALS_DIRECTORY/dashscope_api_key",
            "The key as systemd hands it to a service, where no variable and no key_file has it.",
        ]
        return lines.map { $0 + "\n" }.joined()
    }

    // MARK: Commands

    private static func section(_ command: CommandTree) -> [String] {
        let arguments = (command.arguments ?? []).filter(\.shouldDisplay)
        let options = arguments.filter { $0.kind != .positional }
        let positional = arguments.filter { $0.kind == .positional }
        var usage = ["renderdrop \(command.commandName)"] + positional.map(placeholder)
        if !options.isEmpty { usage.append("[options]") }
        var lines = [".SS \"\(escaped(usage.joined(separator: " ")))\"", escaped(command.abstract ?? "")]
        let discussion = paragraphs(command.discussion)
        if !discussion.isEmpty { lines += [".PP"] + discussion }
        for argument in positional { lines += entry("\\fI\(escaped(argument.valueName ?? ""))\\fR", argument) }
        for option in options {
            var head = (option.names ?? []).sorted { $0.typed.count < $1.typed.count }
                .map { "\\fB\(escaped($0.typed))\\fR" }.joined(separator: ", ")
            if option.kind == .option { head += " \\fI\(escaped(option.valueName ?? ""))\\fR" }
            lines += entry(head, option)
        }
        return lines
    }

    private static func placeholder(_ argument: CommandTree.Argument) -> String {
        let name = (argument.valueName ?? "").uppercased() + (argument.isRepeating ? "..." : "")
        return argument.isOptional ? "[\(name)]" : name
    }

    private static func entry(_ head: String, _ argument: CommandTree.Argument) -> [String] {
        let standard = argument.kind == .option ? argument.defaultValue.map { " (default: \($0))" } ?? "" : ""
        return [".TP", head, escaped((argument.abstract ?? "") + standard)]
    }

    // MARK: Text

    /// Prose is filled; a paragraph that is indented or has columns stays as it is.
    private static func paragraphs(_ text: String?) -> [String] {
        guard let text, !text.isEmpty else { return [] }
        var lines: [String] = []
        for paragraph in text.split(separator: "\n\n") {
            if !lines.isEmpty { lines.append(".PP") }
            let isLaidOut = paragraph.contains("   ") || paragraph.hasPrefix("  ")
            if isLaidOut { lines.append(".nf") }
            lines += paragraph.split(separator: "\n").map { escaped(String($0)) }
            if isLaidOut { lines.append(".fi") }
        }
        return lines
    }

    private static func lowercasedStart(_ sentence: String) -> String {
        let plain = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
        return plain.prefix(1).lowercased() + plain.dropFirst()
    }

    /// - Parameter text: one line. A dot or an apostrophe at its start would be a request to roff.
    static func escaped(_ text: String) -> String {
        let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("\"", with: "\\(dq")
            .replacing("\n", with: " ")
        return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
    }
}
