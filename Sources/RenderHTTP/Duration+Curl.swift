extension Duration {
    /// Whole milliseconds, rounded up and at least 1: libcurl takes 0 for "no bound".
    var curlMilliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < Int64(Int32.max) / 1000 else { return Int(Int32.max) }
        let thousandths = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return max(1, Int(seconds) * 1000 + Int(thousandths))
    }

    /// Whole seconds, rounded up and at least 1.
    var curlSeconds: Int {
        (curlMilliseconds + 999) / 1000
    }
}
