import ProviderSupport
import RenderCore

/// Decides which files travel within the body, and uploads the others: films and sound always.
struct ReferencePlacing: Sendable {
    let uploads: TemporaryUploads
    let options: DashScopeOptions

    /// - Returns: one for each reference of the plan, in its order.
    func place(_ plan: RenderPlan, folder: String, keyMark: String?) async throws -> [PlacedMedia] {
        var files: [Int: LocalFile] = [:]
        var placed: [PlacedMedia] = []
        for (index, reference) in plan.references.enumerated() {
            switch reference.source {
            case .url(let url):
                placed.append(PlacedMedia(reference: reference, place: .link(WebAddress.percentEncoded(url))))
            case .file(let name):
                let file = try LocalFile(reference, named: name, in: folder)
                files[index] = file
                placed.append(PlacedMedia(reference: reference, place: .within(file)))
            }
        }
        let uploaded = toUpload(files.mapValues { Sized(length: $0.length, isPicture: $0.isPicture) }, of: plan)
        for (index, file) in files.sorted(by: { $0.key < $1.key }) where uploaded.contains(index) {
            placed[index].place = .link(try await uploads.url(of: file, model: plan.model, keyMark: keyMark))
        }
        return placed
    }

    /// Which references of a plan are uploaded, told from the plan alone.
    func uploaded(of plan: RenderPlan) -> [PlannedReference] {
        var files: [Int: Sized] = [:]
        for (index, reference) in plan.references.enumerated() {
            guard case .file(let name) = reference.source else { continue }
            let type = reference.mediaType ?? LocalFile.mediaType(ofName: name)
            files[index] = Sized(length: reference.bytes ?? 0, isPicture: LocalFile.isPicture(type))
        }
        return toUpload(files, of: plan).sorted().map { plan.references[$0] }
    }

    private struct Sized {
        var length: Int
        var isPicture: Bool
        /// As base64.
        var encodedLength: Int { (length + 2) / 3 * 4 }
    }

    /// What cannot go as a data URI or is too large for one, then the largest until the rest fits into a body.
    private func toUpload(_ files: [Int: Sized], of plan: RenderPlan) -> Set<Int> {
        var uploaded = Set(
            files.filter { index, file in
                let mayTravelWithin = file.isPicture && plan.references[index].body.mayTravelWithin != false
                return !mayTravelWithin || file.length > options.inlineFileBytesMax
            }.keys)
        var total = files.reduce(0) { uploaded.contains($1.key) ? $0 : $0 + $1.value.encodedLength }
        let bySize = files.sorted { ($0.value.length, $1.key) > ($1.value.length, $0.key) }
        for (index, file) in bySize where total > options.bodyBytesMax && !uploaded.contains(index) {
            uploaded.insert(index)
            total -= file.encodedLength
        }
        return uploaded
    }
}
