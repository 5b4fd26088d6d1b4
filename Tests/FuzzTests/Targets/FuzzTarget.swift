/// What reads bytes that others wrote. Each target takes any bytes, and checks more than that nothing traps.
enum FuzzTarget: String, CaseIterable, Sendable {
    /// A job file, from its bytes to a plan and to every diagnostic as a person sees it.
    case job
    /// The header and the tail of a picture.
    case picture
    /// An answer of the provider: a line `STATUS RETRY-AFTER`, then the body.
    case answer
    /// watch.yaml, and a catalogue of one's own; both plan a job afterwards.
    case settings
    /// Names, links and other short texts.
    case names

    /// - Throws: `Broken` where a rule does not hold.
    func check(_ bytes: [UInt8]) throws {
        switch self {
        case .job: try JobFuzz.check(bytes)
        case .picture: try PictureFuzz.check(bytes)
        case .answer: try AnswerFuzz.check(bytes)
        case .settings: try SettingsFuzz.check(bytes)
        case .names: try NamesFuzz.check(bytes)
        }
    }
}

/// A rule that must hold for any input, and did not.
struct Broken: Error, CustomStringConvertible {
    var description: String
}

/// - Parameter rule: what must hold, with what was seen.
func require(_ holds: Bool, _ rule: @autoclosure () -> String) throws(Broken) {
    guard holds else { throw Broken(description: "this must hold: " + rule()) }
}
