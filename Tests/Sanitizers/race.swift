// What Thread Sanitizer must see and what it must not: `scripts/sanitize` runs this before the tests.
//
// Four threads fight for a `Mutex`, which is no race. With the word `race` they also count without one, which is.

import Foundation
import Synchronization

final class Guarded: Sendable {
    let numbers = Mutex([0])
}

final class Unguarded: @unchecked Sendable {
    var count = 0
}

let (guarded, unguarded) = (Guarded(), Unguarded())
let isRacing = CommandLine.arguments.dropFirst().first == "race"
DispatchQueue.concurrentPerform(iterations: 4) { [guarded, unguarded, isRacing] _ in
    for _ in 0..<20_000 {
        guarded.numbers.withLock { numbers in
            numbers[0] += 1
            if numbers.count < 100 { numbers.append(0) }
        }
        if isRacing { unguarded.count += 1 }
    }
}
print(guarded.numbers.withLock { $0[0] })
