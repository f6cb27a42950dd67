#include "worker/command/scenario_json.hpp"

#include <nlohmann/json.hpp>

namespace flowyard::worker::command {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kWeyl = 0x9E3779B97F4A7C15U;
constexpr std::uint64_t k31Bits = 0x7FFFFFFF;

Json value_of(const protocol::InputColumn& column, std::uint64_t at, std::uint64_t count) {
  const std::uint64_t n = column.shared ? 1 : count;
  const std::uint64_t lane = column.shared ? 0 : at;
  if (column.elements == 1) return column.values[lane];
  Json array = Json::array();
  for (std::uint64_t e = 0; e < column.elements; ++e) array.push_back(column.values[e * n + lane]);
  return array;
}

Json value_of(const protocol::InputSeries& series) {
  const auto& rows = series.values;
  return {{"times", series.times}, {"values", rows.size() == 1 ? Json(rows.front()) : Json(rows)}};
}

Json inputs_of(const std::vector<protocol::InputColumn>& columns, std::uint64_t at, std::uint64_t count) {
  Json inputs = Json::object();
  for (const auto& column : columns) inputs[column.name] = value_of(column, at, count);
  return inputs;
}

Json number_or_null(const std::optional<double>& number) {
  return number ? Json(*number) : Json(nullptr);
}

}  // namespace

std::uint64_t seed_of(std::uint64_t seed, std::uint64_t draw) {
  std::uint64_t x = seed + (draw + 1) * kWeyl;
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

std::uint32_t small_seed_of(std::uint64_t seed, std::uint64_t draw) {
  return static_cast<std::uint32_t>(seed_of(seed, draw) & k31Bits);
}

std::string scenario_json(const protocol::LeaseGrant& grant, std::uint64_t at,
                          const std::vector<std::string>& series, const std::vector<double>& times) {
  const auto& runner = *grant.runner;
  const std::uint64_t draw = grant.draws[at];
  Json parameters = inputs_of(runner.inputs, at, grant.count);
  parameters.update(inputs_of(grant.parameters, at, grant.count));
  for (const auto& given : grant.series_parameters) parameters[given.name] = value_of(given);
  Json outcomes = Json::array();
  for (const auto& outcome : grant.outcomes) outcomes.push_back(outcome.name);
  const Json scenario{{"id", grant.first + at},
                      {"index", grant.first + at},
                      {"name", runner.scenario},
                      {"region", runner.region},
                      {"draw", draw},
                      {"seed", small_seed_of(grant.seed, draw)},
                      {"seed64", std::to_string(seed_of(grant.seed, draw))},
                      {"model", grant.model},
                      {"parameters", std::move(parameters)},
                      {"initial", inputs_of(grant.initial, at, grant.count)},
                      {"time",
                       {{"start", number_or_null(grant.time.start)},
                        {"stop", number_or_null(grant.time.stop)},
                        {"step", number_or_null(grant.time.step)},
                        {"save_every", number_or_null(grant.time.save_every)},
                        {"saved", times}}},
                      {"series", series},
                      {"outcomes", std::move(outcomes)}};
  return scenario.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace flowyard::worker::command
