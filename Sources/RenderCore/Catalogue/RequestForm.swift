/// A form of a provider's requests, by the provider's name for it, with all that the catalogue and the planner need to know of it.
public struct RequestForm: Sendable, Hashable {
    /// The word of the catalogue and of job files: `P`, `M`.
    public var name: String
    public var makesFilms: Bool
    /// A prompt has a place in it.
    public var takesText: Bool
    /// It can ask for several outputs.
    public var takesCount: Bool

    public init(name: String, makesFilms: Bool, takesText: Bool, takesCount: Bool) {
        self.name = name
        self.makesFilms = makesFilms
        self.takesText = takesText
        self.takesCount = takesCount
    }
}

/// A place for media in a provider's requests. Its text is the provider's; the catalogue keeps it, and the planner passes it on.
public struct MediaPlace: Sendable, Hashable {
    public var text: String
    /// The provider's own word for what stands there, by which a job file may name it; nil: it has none.
    public var word: String?
    /// What stands there belongs to the reference of this index, from zero: a voice to its speaker. Nil: it stands for itself.
    public var owner: Int?

    public init(text: String, word: String? = nil, owner: Int? = nil) {
        self.text = text
        self.word = word
        self.owner = owner
    }
}
