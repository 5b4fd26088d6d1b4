/// How many workplaces are at work at once. Every one runs processes and an event queue of the kernel, of which a user has 128;
/// more than a few at a time only wait for two processors anyway.
actor Turns {
    static let workplaces = Turns(10)
    /// For those that last long and mostly wait: they must not keep the short ones out.
    static let waiting = Turns(22)

    private var free: Int
    private var line: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) {
        free = count
    }

    func take() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { line.append($0) }
        }
    }

    func give() {
        if line.isEmpty {
            free += 1
        } else {
            line.removeFirst().resume()
        }
    }
}
