import Foundation
import Testing

/// The long tests, one after the other. `make test` runs them in a short form, `make torture` in full.
@Suite(.serialized, .timeLimit(.minutes(120))) struct Torture {
    private static let environment = ProcessInfo.processInfo.environment

    static let isLong = environment["TORTURE"] == "long"

    /// What watch.yaml says besides: lost answers are looked for, and nobody else uses the simulator. Long enough for a request that was
    /// written before a kill to be read, even on a busy machine.
    static let settings = "provider: {account_exclusive: true, quiet_period: 1s}"

    /// Draws the jobs, the moments and the kind of every kill. The processes' own pace is not drawn, so a seed repeats what was done, not
    /// each microsecond of it.
    static let seed = environment["TORTURE_SEED"].flatMap { UInt64($0) } ?? .random(in: 0..<1 << 48)

    /// How much of something, as `name` in the environment says.
    static func figure(_ name: String, short: Int, long: Int) -> Int {
        environment[name].flatMap { Int($0) } ?? (isLong ? long : short)
    }

    /// The figures stand on lines of their own, whatever else the tests print.
    static func say(_ lines: String...) {
        FileHandle.standardOutput.write(Data(("\n" + lines.joined(separator: "\n") + "\n").utf8))
    }
}

/// Numbers that a seed repeats (SplitMix64).
struct Chance: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// 0..<1.
    mutating func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }

    mutating func happens(_ probability: Double) -> Bool { unit() < probability }
}
