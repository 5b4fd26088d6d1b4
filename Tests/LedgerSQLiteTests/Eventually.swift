import Testing

/// Waits until something holds that another thread brings about; twenty seconds at most.
func eventually(_ holds: () throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while try !holds() {
        try #require(ContinuousClock.now < deadline)
        try await Task.sleep(for: .milliseconds(5))
    }
}
