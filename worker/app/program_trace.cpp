#include "worker/app/program_trace.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "common/base/printable.hpp"

namespace flowyard::worker::app {
namespace {

// Container engines cut longer lines into pieces of their own.
constexpr std::size_t kLongestPiece = 8000;
constexpr std::size_t kMostTraced = std::size_t{1} << 20;

}  // namespace

std::vector<std::string> trace_lines(const std::string& label, const std::string& what,
                                     const std::string& text) {
  const std::string shown = printable(text.substr(0, kMostTraced));
  std::vector<std::string> lines;
  for (std::size_t at = 0; at == 0 || at < shown.size(); at += kLongestPiece)
    lines.push_back(label + " " + what + (at == 0 ? ": " : "+ ") + shown.substr(at, kLongestPiece));
  return lines;
}

std::string understood_json(const protocol::ResultChunk& chunk, std::span<const ScenarioFile> files) {
  using Json = nlohmann::ordered_json;
  Json outcomes = Json::object(), series = Json::object(), written = Json::object();
  for (std::size_t o = 0; o < chunk.outcomes.size(); ++o)
    outcomes[chunk.outcome_names[o]] = chunk.outcomes[o][0];
  for (const auto& one : chunk.series)
    series[one.name] = {{"times", chunk.times.size()}, {"elements", one.elements}};
  for (const auto& file : files) written[file.name] = file.content.size();
  const Json all{
      {"outcomes", std::move(outcomes)}, {"series", std::move(series)}, {"files", std::move(written)}};
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace flowyard::worker::app
