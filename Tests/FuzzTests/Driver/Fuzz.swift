import CFuzzer

/// `fuzz TARGET [options of libFuzzer] [corpus folders, or inputs to replay]`; see `scripts/fuzz`.
///
/// Built by `make fuzz` only, in the place of the tests: libFuzzer must be linked with it and watch every module.
@main
enum Fuzz {
    /// libFuzzer's callback is a C function and captures nothing. Written once, before the loop begins.
    nonisolated(unsafe) private static var target = FuzzTarget.job

    static func main() {
        guard CommandLine.arguments.count > 1, let named = FuzzTarget(rawValue: CommandLine.arguments[1]) else {
            print("name a target: " + FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))
            return
        }
        target = named
        // libFuzzer reads the words that follow; its own name stays in front of them.
        var words = CommandLine.unsafeArgv
        words[1] = words[0]
        words += 1
        withUnsafeMutablePointer(to: &words) { place in
            var count = CommandLine.argc - 1
            _ = LLVMFuzzerRunDriver(&count, place) { bytes, length in
                Fuzz.target.mustHold(Array(UnsafeBufferPointer(start: bytes, count: length)))
                return 0
            }
        }
    }
}

extension FuzzTarget {
    /// A rule that does not hold ends the process, which is how libFuzzer learns of it and keeps the input.
    fileprivate func mustHold(_ bytes: [UInt8]) {
        do {
            try check(bytes)
        } catch {
            fatalError("\(error)")
        }
    }
}
