import History
import StrictJSON

extension HistoryAnswer {
    /// The version of the document's form (docs/api.md#history).
    private static let version = 1

    /// The document of `/api/v1/history`.
    var json: String {
        var json = JSONObject()
        json.set("version", Self.version)
        json.set("from", series.query.from)
        json.set("to", series.query.to)
        json.set("step", series.query.step)
        json.set("columns", HistorySeries.Column.allCases.map(\.rawValue))
        json.set(
            "points",
            rows: series.points.indices.map { index in
                var row = JSONRow()
                for column in HistorySeries.Column.allCases { row.add(series.value(column, of: index)) }
                return row
            })
        json.objects("marks", marks) { json, mark in
            json.set("time", mark.at)
            json.set("kind", mark.kind.rawValue)
            json.set("upstream", mark.upstream?.key)
            json.set("until", mark.until.map(Double.init))
            json.set("text", HistoryWords.text(mark))
        }
        json.set("marks_left_out", shortened.map(\.rawValue))
        return json.text
    }
}
