/// The simulator's own table of models. It shares nothing with any client's catalogue, so that each checks the other.
///
/// Figures: Model Studio documentation as read on 2026-11-21. Where it is silent, the comment at the row says so.
struct ModelTable: Sendable {
    private let rows: [String: ModelRow]
    let ids: [String]

    init(region: SimulatorRegion, switches: SimulatorSwitches) {
        var rows: [String: ModelRow] = [:]
        var ids: [String] = []
        let all =
            Self.qwen(switches) + Self.wan(region, switches) + Self.olderImages() + Self.wanFilms(region)
            + Self.olderFilms(region) + Self.wanSpecials(region) + Self.happyHorse() + Self.partners()
        for row in all where row.regions?.contains(region) ?? true {
            rows[row.id] = row
            ids.append(row.id)
        }
        self.rows = rows
        self.ids = ids
    }

    subscript(id: String) -> ModelRow? { rows[id] }

    static func named(_ ids: [String], _ row: ModelRow) -> [ModelRow] { ids.map { row.renamed($0) } }

    static let perMinute = ModelRow.Rate(count: 2, seconds: 60)
    static let fivePerSecond = ModelRow.Rate(count: 5, seconds: 1)
    static let megabyte = 1 << 20
    static let beijingOnly: Set<SimulatorRegion> = [.beijing]

    static func area(_ low: Int, _ high: Int, ratio: Double) -> SizeLimits.Allowed {
        .area(low * low...high * high, ratioMax: ratio)
    }
}

/// What several models ask of their input files.
extension MediaLimits {
    /// Pictures without alpha, as the younger wan models take them.
    static func opaque(
        _ sides: ClosedRange<Int> = 240...8000, ratio: Double? = 8, megabytes: Int = 20
    ) -> MediaLimits {
        MediaLimits(
            formats: [.jpeg, .png, .bmp, .webp], sides: sides, ratioMax: ratio, bytesMax: megabytes << 20,
            refusesAlpha: true)
    }

    static func film(
        _ seconds: ClosedRange<Double>, sides: ClosedRange<Int>? = 240...4096, ratio: Double? = 8,
        formats: Set<MediaHeader.Format> = [.mp4, .mov], megabytes: Int = 100
    ) -> MediaLimits {
        MediaLimits(
            formats: formats, sides: sides, ratioMax: ratio, bytesMax: megabytes << 20, seconds: seconds)
    }

    static func sound(_ seconds: ClosedRange<Double>) -> MediaLimits {
        MediaLimits(formats: [.wav, .mp3], bytesMax: 15 << 20, seconds: seconds)
    }
}
