#include "worker/app/run_request.hpp"

#include <numeric>

#include <nlohmann/json.hpp>

#include "common/base/base64.hpp"
#include "worker/protocol/json.hpp"

namespace flowyard::worker::app {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kMostScenarios = 10'000'000;

// Outcomes may be given by name only: the expression is for workers that have no compiled program.
void complete_outcomes(Json& lease) {
  for (auto& outcome : lease["outcomes"]) {
    if (outcome.is_string()) outcome = Json{{"name", outcome}, {"expression", ""}};
  }
}

Json with_defaults(const Json& body) {
  Json lease{{"lease", 0},
             {"token", ""},
             {"program", body.contains("program_base64") ? kPostedProgram : kDefaultProgram},
             {"seed", 0},
             {"first", 0},
             {"count", 1},
             {"parameters", Json::array()},
             {"initial", Json::array()},
             {"series_parameters", Json::array()},
             {"time", Json::object()},
             {"outputs", Json::array()},
             {"outcomes", Json::array()}};
  lease.update(body);
  if (!lease.contains("draws")) {
    const auto count = lease.at("count").get<std::uint64_t>();
    if (count > kMostScenarios) throw std::invalid_argument("too many scenarios for one request");
    std::vector<std::uint64_t> draws(count);
    std::iota(draws.begin(), draws.end(), lease.at("first").get<std::uint64_t>());
    lease["draws"] = std::move(draws);
  }
  complete_outcomes(lease);
  return lease;
}

Result<std::string> posted_program(const Json& body) {
  const auto found = body.find("program_base64");
  return found == body.end() ? Result<std::string>(std::string())
                             : from_base64(found->get_ref<const std::string&>());
}

}  // namespace

Result<RunRequest> read_run_request(std::string_view text) {
  try {
    const Json body = text.empty() ? Json::object() : Json::parse(text);
    if (!body.is_object()) return invalid("the body is to be a JSON object");
    auto program = posted_program(body);
    if (!program) return program.error();
    auto lease = protocol::from_json<protocol::LeaseGrant>(with_defaults(body).dump());
    if (!lease) return lease.error();
    if (lease->count == 0) return invalid("count is to be at least 1");
    return RunRequest{.lease = std::move(*lease),
                      .program_bytes = std::move(*program),
                      .all_outputs = !body.contains("outputs"),
                      .all_outcomes = !body.contains("outcomes")};
  } catch (const std::exception& error) {
    return invalid(std::string("the body cannot be read: ") + error.what());
  }
}

void ask_for_all(RunRequest& request, const engine::Program& program) {
  if (request.all_outputs) {
    for (const auto& output : program.outputs) request.lease.outputs.push_back(output.name);
  }
  if (request.all_outcomes) {
    for (const auto& outcome : program.outcomes) {
      request.lease.outcomes.push_back({.name = outcome.name, .expression = {}});
    }
  }
}

}  // namespace flowyard::worker::app
