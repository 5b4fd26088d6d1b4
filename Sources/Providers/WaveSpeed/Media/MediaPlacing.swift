import ProviderSupport
import RenderCore

/// Decides which files travel within the body, and uploads the others: films and sound always.
struct MediaPlacing: Sendable {
    let uploads: MediaUploads
    let options: WaveSpeedOptions

    /// - Returns: one for each reference of the plan, in its order.
    func place(_ plan: RenderPlan, folder: String, keyMark: String?) async throws -> [PlacedMedia] {
        var files: [Int: LocalFile] = [:]
        var placed: [PlacedMedia] = []
        for (index, reference) in plan.references.enumerated() {
            switch reference.source {
            case .url(let url): placed.append(PlacedMedia(reference: reference, place: .link(url)))
            case .file(let name):
                let file = try LocalFile(reference, named: name, in: folder)
                guard file.length <= options.uploadBytesMax else {
                    throw Failure(
                        .referenceTooLarge,
                        .uploadTooLarge(reference.name, mebibytesMax: options.uploadBytesMax >> 20), fault: .job,
                        retryable: false)
                }
                files[index] = file
                placed.append(PlacedMedia(reference: reference, place: .within(file)))
            }
        }
        for index in toUpload(files, of: plan) {
            guard let file = files[index] else { continue }
            placed[index].place = .link(try await uploads.url(of: file, keyMark: keyMark))
        }
        return placed
    }

    /// What cannot go as a data URI or is too large for one, then the largest until the rest fits into a body.
    private func toUpload(_ files: [Int: LocalFile], of plan: RenderPlan) -> [Int] {
        var uploaded = Set(
            files.filter { index, file in
                let mayTravelWithin = plan.references[index].wire?.sending?["inline"]?.bool != false
                return !file.isPicture || !mayTravelWithin || file.length > options.inlineFileBytesMax
            }.keys)
        func encoded(_ file: LocalFile) -> Int { (file.length + 2) / 3 * 4 }
        var total = files.reduce(0) { uploaded.contains($1.key) ? $0 : $0 + encoded($1.value) }
        for (index, file) in files.sorted(by: { ($0.value.length, $1.key) > ($1.value.length, $0.key) })
        where total > options.bodyBytesMax && !uploaded.contains(index) {
            uploaded.insert(index)
            total -= encoded(file)
        }
        return uploaded.sorted()
    }
}
