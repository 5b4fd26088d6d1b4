import ProviderSupport
import RenderCore

import struct Foundation.Date

/// Reads a page of the account's tasks. A line without an id or a status is left out.
enum TaskListAnswer {
    static func page(_ json: JSONValue, asked page: Int) -> TaskPage? {
        guard let rows = json["data"]?.array else { return nil }
        let tasks = rows.compactMap { row -> TaskListing? in
            guard let id = row["task_id"]?.filledText, let status = row["status"]?.filledText else { return nil }
            return TaskListing(
                task: TaskID(id), status: TaskStatus(status).stage, model: row["model_name"]?.string ?? "",
                requestID: row["request_id"]?.filledText, keyID: row["api_key_id"]?.lenientText,
                created: row["gmt_create"]?.lenientInt.map { Date(timeIntervalSince1970: Double($0) / 1000) })
        }
        let number = json["page_no"]?.lenientInt ?? page
        let size = json["page_size"]?.lenientInt ?? 0
        let total = json["total"]?.lenientInt ?? 0
        let pages = json["total_page"]?.lenientInt ?? (size > 0 && total > 0 ? (total - 1) / size + 1 : number)
        return TaskPage(tasks: tasks, page: number, pages: max(0, pages))
    }
}
