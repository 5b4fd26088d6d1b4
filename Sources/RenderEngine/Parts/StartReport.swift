public import RenderCore

/// What the first line of a run says: which inbox, whether the key works, which models render by default.
public struct StartReport: Sendable, Equatable, Codable {
    /// What one free question to the provider has shown.
    public enum Key: Sendable, Equatable, Codable {
        case works
        case refused(Failure)
        /// Not known yet: the provider has not answered, and is asked again. Nil: there is no answer of any kind.
        case unanswered(Failure?)
        /// The answer says nothing about the key, and another one would not, either.
        case unproved(Failure)
        /// Nobody was asked.
        case notAsked
    }

    public var isBatch: Bool
    /// Its path.
    public var inbox: String
    /// Jobs of an earlier run that go on.
    public var unfinished: Int
    /// Who was asked: a region, or the address of another service.
    public var place: String
    public var key: Key
    public var textModel: String
    public var editModel: String

    public init(
        isBatch: Bool, inbox: String, unfinished: Int, place: String, key: Key, textModel: String, editModel: String
    ) {
        self.isBatch = isBatch
        self.inbox = inbox
        self.unfinished = unfinished
        self.place = place
        self.key = key
        self.textModel = textModel
        self.editModel = editModel
    }

    /// `watching /srv/studio/inbox · key ok for Beijing · wan2.6-t2i for text, wan2.6-image for edits`
    public var words: String {
        var parts = [(isBatch ? "rendering from " : "watching ") + inbox]
        if let keyWords { parts.append(keyWords) }
        parts.append(models)
        if unfinished > 0 { parts.append(Counted.text(unfinished, "unfinished job")) }
        return parts.joined(separator: " · ")
    }

    public var models: String { "\(textModel) for text, \(editModel) for edits" }

    /// Nil where nobody was asked.
    public var keyWords: String? {
        switch key {
        case .works: "key ok \(Self.at(place))"
        case .refused: "KEY REFUSED by \(place)"
        case .unanswered(let failure?) where failure.httpStatus != nil:
            "\(place) does not answer as the provider's API, asking again (\(failure.message))"
        case .unanswered(let failure):
            "no answer from \(place) yet, asking again" + (failure.map { " (\($0.message))" } ?? "")
        case .unproved(let failure): "key not verified (\(failure.message))"
        case .notAsked: nil
        }
    }

    /// `for Beijing`, `at http://127.0.0.1:8080/api/v1`
    static func at(_ place: String) -> String { (place.contains("://") ? "at " : "for ") + place }

    /// What is said when a provider that did not answer at the start answers.
    public static func worksNow(_ place: String) -> String { "key ok \(at(place))" }
}

/// What a stop still waits for.
public struct StopReport: Sendable, Equatable {
    /// Requests that are being sent, or whose answers are awaited.
    public var sending: Int
    /// Results on their way from the provider.
    public var fetching: Int
    /// Renders that the provider works on: picked up at the next start.
    public var atProvider: Int

    public init(sending: Int, fetching: Int, atProvider: Int) {
        self.sending = sending
        self.fetching = fetching
        self.atProvider = atProvider
    }

    public var isWaiting: Bool { sending + fetching > 0 }

    /// `2 requests are being sent, 3 results are being fetched; 12 renders go on at the next start`
    public var words: String {
        var parts: [String] = []
        if sending > 0 { parts.append("\(Counted.text(sending, "request")) \(sending == 1 ? "is" : "are") being sent") }
        if fetching > 0 {
            parts.append("\(Counted.text(fetching, "result")) \(fetching == 1 ? "is" : "are") being fetched")
        }
        var words = parts.isEmpty ? "nothing is being sent or fetched" : parts.joined(separator: ", ")
        if atProvider > 0 {
            words += "; \(Counted.text(atProvider, "render")) \(atProvider == 1 ? "goes" : "go") on at the next start"
        }
        return words
    }
}
