extension ReferencePlanner {
    /// - Returns: whether the file is too large.
    func checkSize(
        _ file: String, _ bytes: Int, _ input: Model.Input?, _ model: Model, _ mark: Mark,
        _ found: inout DiagnosticCollector
    ) -> Bool {
        guard let input, bytes > input.limit.bytesMax ?? bytesMax else { return false }
        found.error(
            .largeFile(
                file, megabytes: Self.megabytes(bytes), model, most: input.limit.bytesMax, anyModel: bytesMax,
                input.kind), at: mark)
        return true
    }

    func check(
        _ file: String, _ probe: MediaProbe, _ input: Model.Input, _ model: Model, _ mark: Mark,
        _ found: inout DiagnosticCollector
    ) {
        let limit = input.limit
        if !limit.formats.isEmpty, !limit.formats.contains(probe.format) {
            found.error(.wrongFormat(file, probe, model, limit.formats), at: mark)
        }
        if let pages = probe.pages, let most = limit.pagesMax, pages > most {
            found.error(.manyPages(file, pages: pages, model, most: most), at: mark)
        }
        if probe.hasAlpha, !limit.alpha {
            found.error(.transparent(file, model), at: mark)
        } else if limit.needsAlpha, !probe.hasAlpha {
            found.error(.opaque(file, model, input), at: mark)
        }
        if let seconds = probe.seconds, let range = limit.seconds,
            seconds < range.lowerBound - 0.05 || seconds > range.upperBound + 0.05
        {
            found.error(
                .wrongLength(
                    file, seconds: Self.shown(seconds), model, from: Self.shown(range.lowerBound),
                    to: Self.shown(range.upperBound), role: input.role, isLong: seconds > range.upperBound), at: mark)
        }
        // Frames that are shown for different times make no whole figure.
        if let pace = probe.framesPerSecond, let range = limit.pace,
            pace < range.lowerBound - 0.5 || pace > range.upperBound + 0.5
        {
            let isSlow = pace < range.lowerBound
            found.error(
                .wrongPace(
                    file, pace: Self.shown(pace), model,
                    bound: isSlow
                        ? "at least \(Self.shown(range.lowerBound))" : "at most \(Self.shown(range.upperBound))",
                    role: input.role, advised: Self.shown(isSlow ? max(24, range.lowerBound) : range.upperBound)),
                at: mark)
        }
        guard let size = probe.size else { return }
        if let side = limit.side, !side.contains(size.width) || !side.contains(size.height) {
            found.add(
                Diagnostic(
                    .wrongSides(file, size, model, side), at: mark, severity: limit.sideIsStrict ? .error : .warning))
        }
        if let area = limit.area, !area.contains(size.area) {
            found.error(.wrongArea(file, size, model, area), at: mark)
        }
        if let ratio = limit.ratio, !ratio.contains(size.ratio) {
            let most = (ratio.upperBound * 10).rounded() / 10
            found.error(.narrow(file, size, model, factor: Self.shown(most)), at: mark)
        }
    }

    /// `5`, `2.5`
    private static func shown(_ number: Double) -> String {
        let tenths = (number * 10).rounded() / 10
        return Int(exactly: tenths).map(String.init) ?? String(tenths)
    }

    private static func megabytes(_ bytes: Int) -> String {
        let tenths = (Double(bytes) / Double(1 << 20) * 10).rounded(.up)
        return "\(Int(tenths) / 10).\(Int(tenths) % 10)"
    }
}
