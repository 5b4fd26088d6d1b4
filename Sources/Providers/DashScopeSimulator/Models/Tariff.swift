/// An amount in yuan, in Beijing and elsewhere.
struct Yuan: Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    private let beijing: Double
    private let elsewhere: Double

    init(_ beijing: Double, _ elsewhere: Double) {
        self.beijing = beijing
        self.elsewhere = elsewhere
    }

    init(floatLiteral both: Double) { self.init(both, both) }
    init(integerLiteral both: Int) { self.init(Double(both), Double(both)) }

    func here(_ region: SimulatorRegion) -> Double { region == .beijing ? beijing : elsewhere }
}

/// What is billed for what succeeded.
struct Tariff: Sendable {
    /// How much of the films that were given is billed.
    enum InputSeconds: Sendable {
        case free, whole
        case upTo(Double)

        func billed(_ seconds: Double) -> Double {
            switch self {
            case .free: 0
            case .whole: seconds
            case .upTo(let most): min(most, seconds)
            }
        }
    }

    /// One picture, or a second of a film.
    var each: Yuan = 0
    /// For pictures above 2 250 000 pixels.
    var large: Yuan?
    /// For each picture that was given.
    var input: Yuan = 0
    /// So many of them are free.
    var inputFree = 0
    /// Factor when a film is given.
    var filmFactor = 1.0
    /// Factor when the prompt is extended.
    var extendFactor = 1.0
    /// Instead of `each`, by resolution class or mode.
    var classes: [String: Yuan] = [:]
    /// Instead of those, for films without sound.
    var silent: [String: Yuan] = [:]
    var inputSeconds = InputSeconds.free
}
