import Foundation

/// How the simulated proxy behaves. Each dialect and each uncertain fact is a switch; each default is the likeliest reading.
public struct QwenProxySimulatorOptions: Sendable, Codable, Equatable {
    /// The families of proxies, by the names that the reference gives them.
    public enum Dialect: String, Sendable, Codable, CaseIterable {
        case g = "G"
        case g2 = "G2"
        case u = "U"
        case f = "F"
        case i = "I"
        case w = "W"
    }
    /// In what a picture is answered: a link, two, one within Markdown, words, or nothing.
    public enum PictureForm: String, Sendable, Codable, CaseIterable { case link, twoLinks, markdown, prose, empty }
    public enum Language: String, Sendable, Codable { case english, russian }

    public var host = "127.0.0.1"
    public var port = 0
    public var dialect = Dialect.f
    /// How many times faster than the real site.
    public var speed = 1.0
    /// Keys that are accepted; empty: none is asked for.
    public var keys: [String] = []
    /// Of the proxy's messages; nil: that of the dialect.
    public var language: Language?
    /// Accounts of the site that are signed in, and how many pictures and films each may make in a day; 0: no limit.
    public var accounts = 1
    public var allowance = 0
    /// Of the accounts, those that the site refuses.
    public var invalidAccounts = 0
    public var resetHours = 24
    public var pictureSeconds = 15.0
    public var filmSeconds = 90.0
    public var pictureForm = PictureForm.link
    /// The word for a film that is done: `completed`, `success`, `succeeded`.
    public var doneWord = "completed"
    /// F passes on what the site sends as JSON unchanged.
    public var wrapsData = false
    /// `usage` of a picture.
    public var hasUsage = true
    /// After so long a link is dead; 0: never.
    public var linkSeconds = 0.0
    /// The store answers only where the site's address is the referer.
    public var needsReferer = false
    /// The store answers with a page instead of the file.
    public var storeSendsPage = false
    /// How long `GET /status` takes for each account: it really asks the site.
    public var statusSeconds = 0.2
    public var uploadBytesMax = 10 << 20
    public var faults: [QwenProxyFault] = []

    public init() {}

    /// Reads any subset; the others keep their defaults.
    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, _ value: inout Value) throws {
            value = try box.decodeIfPresent(Value.self, forKey: key) ?? value
        }
        try read(.host, &host)
        try read(.port, &port)
        try read(.dialect, &dialect)
        try read(.speed, &speed)
        try read(.keys, &keys)
        language = try box.decodeIfPresent(Language.self, forKey: .language)
        try read(.accounts, &accounts)
        try read(.allowance, &allowance)
        try read(.invalidAccounts, &invalidAccounts)
        try read(.resetHours, &resetHours)
        try read(.pictureSeconds, &pictureSeconds)
        try read(.filmSeconds, &filmSeconds)
        try read(.pictureForm, &pictureForm)
        try read(.doneWord, &doneWord)
        try read(.wrapsData, &wrapsData)
        try read(.hasUsage, &hasUsage)
        try read(.linkSeconds, &linkSeconds)
        try read(.needsReferer, &needsReferer)
        try read(.storeSendsPage, &storeSendsPage)
        try read(.statusSeconds, &statusSeconds)
        try read(.uploadBytesMax, &uploadBytesMax)
        try read(.faults, &faults)
    }

    /// G2 and I answer in English, the others in Russian.
    var speaksRussian: Bool { (language ?? (dialect == .g2 || dialect == .i ? .english : .russian)) == .russian }
}
