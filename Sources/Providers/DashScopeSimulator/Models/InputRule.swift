/// What files of one kind must be.
struct MediaLimits: Sendable {
    /// Empty: not looked at.
    var formats: Set<MediaHeader.Format>
    var sides: ClosedRange<Int>?
    var sidesAreAdvice = false
    /// The long side divided by the short one.
    var ratioMax: Double?
    var bytesMax: Int
    var refusesAlpha = false
    var seconds: ClosedRange<Double>?
    /// Of documents: the endings of their names, and how many pages they may have.
    var endings: Set<String> = []
    var pagesMax: Int?
}

/// Files in one place of a body.
struct InputRule: Sendable {
    enum Place: Sendable, Hashable {
        /// The `image` items of the message.
        case content
        /// A key of `input`; a point leads into an object.
        case key(String)
        /// A key of `input` that holds a list.
        case list(String)
        /// Items of `input.media` of this type.
        case media(String)
        /// A key that any item of `input.media` may have besides its `url`.
        case beside(String)

        /// As error messages call it.
        var name: String {
            switch self {
            case .content: "images"
            case .key(let name), .list(let name), .media(let name), .beside(let name): name
            }
        }
    }
    enum Need: Sendable {
        /// An alpha channel.
        case alpha
        /// The dimensions of the file in this key.
        case sizeOf(String)
    }

    var place: Place
    var count: ClosedRange<Int>
    /// A place with several kinds takes a mixture.
    var limits: [InputKind: MediaLimits]
    /// Of a mixture, at most so many films.
    var videosMax: Int?
    var need: Need?
    /// The film has this file's ratio.
    var setsRatio = false
    /// Pages on the web only.
    var isPage = false

    init(_ place: Place, _ count: ClosedRange<Int>, _ limits: [InputKind: MediaLimits]) {
        self.place = place
        self.count = count
        self.limits = limits
    }

    static func image(_ place: Place, _ count: ClosedRange<Int> = 1...1, _ limits: MediaLimits) -> InputRule {
        InputRule(place, count, [.image: limits])
    }

    static func video(_ place: Place, _ count: ClosedRange<Int> = 1...1, _ limits: MediaLimits) -> InputRule {
        InputRule(place, count, [.video: limits])
    }

    static func audio(_ place: Place, _ count: ClosedRange<Int> = 0...1, _ limits: MediaLimits) -> InputRule {
        InputRule(place, count, [.audio: limits])
    }

    static func document(_ place: Place, _ endings: Set<String>, megabytes: Int, pagesMax: Int) -> InputRule {
        let limits = MediaLimits(formats: [], bytesMax: megabytes << 20, endings: endings, pagesMax: pagesMax)
        return InputRule(place, 0...1, [.document: limits])
    }

    static func page(_ place: Place) -> InputRule {
        var rule = InputRule(place, 0...1, [.document: MediaLimits(formats: [], bytesMax: 0)])
        rule.isPage = true
        return rule
    }

    var settingRatio: InputRule {
        var rule = self
        rule.setsRatio = true
        return rule
    }

    func needing(_ need: Need) -> InputRule {
        var rule = self
        rule.need = need
        return rule
    }
}

/// Types of media that may be given together.
struct Combination: Sendable {
    /// All of these,
    var all: Set<String> = []
    /// and any of these.
    var any: Set<String> = []
    /// Only while the prompt is extended.
    var needsExtension = false
}

/// How many files of several places together.
struct Total: Sendable {
    var places: Set<String>
    var count: ClosedRange<Int>
    /// As error messages call them.
    var name: String
    /// Only while something is given in this place; nil: always.
    var with: String?
}
