public import RenderCore

public import struct Foundation.Date

extension DashScopeService: MediaStore {
    public var mediaStore: (any MediaStore)? { self }

    public func uploads(of plan: RenderPlan) -> [String] {
        placing.uploaded(of: plan).map(\.name)
    }

    public func forgetUploads(of plan: RenderPlan, until moment: Date) async throws {
        try await placing.uploads.forget(
            placing.uploaded(of: plan).compactMap(\.sha256), model: plan.model, until: moment)
    }
}
