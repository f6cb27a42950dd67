#include "controller/results/model_result.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "controller/model/elements.hpp"
#include "controller/results/csv.hpp"

namespace flowyard::controller::results {

namespace engine = worker::engine;
using model::column_name;

ModelResult result_of(const engine::RunOutput& output) {
  ModelResult result{output.times, {}, {}};
  for (const auto& series : output.series) {
    const std::size_t elements = series.elements.size();
    for (std::size_t e = 0; e < elements; ++e) {
      result.names.push_back(column_name(series.name, series.elements[e]));
      auto& column = result.columns.emplace_back();
      for (std::size_t t = 0; t < output.times.size(); ++t) column.push_back(series.values[t * elements + e]);
    }
  }
  return result;
}

std::string without_number(const ModelResult& result) {
  constexpr std::size_t kMostNamed = 5;
  for (std::size_t t = 0; t < result.times.size(); ++t) {
    std::string named;
    std::size_t count = 0;
    for (std::size_t c = 0; c < result.columns.size(); ++c) {
      if (std::isfinite(result.columns[c][t])) continue;
      if (++count <= kMostNamed) named += (named.empty() ? "'" : ", '") + result.names[c] + "'";
    }
    if (count == 0) continue;
    if (count > kMostNamed) named += " and " + std::to_string(count - kMostNamed) + " more";
    return "at time " + cell_text(result.times[t]) + " there is no finite number in " + named;
  }
  return {};
}

std::string separated(const ModelResult& result, char separator) {
  CsvWriter csv(separator);
  csv.cell("time");
  for (const auto& name : result.names) csv.cell(name);
  csv.end_row();
  for (std::size_t t = 0; t < result.times.size(); ++t) {
    csv.cell(result.times[t]);
    for (const auto& column : result.columns) csv.cell(column[t]);
    csv.end_row();
  }
  return csv.take();
}

std::string json_of(const ModelResult& result) {
  nlohmann::ordered_json json;
  json["time"] = result.times;
  // nlohmann writes what is not finite as null. Its [] looks through all names before; no two are the same.
  nlohmann::ordered_json::object_t series;
  for (std::size_t i = 0; i < result.names.size(); ++i)
    series.emplace_back(result.names[i], result.columns[i]);
  json["series"] = std::move(series);
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace flowyard::controller::results
