// `-p name=value` and `--initial stock=value`: read, then held against a compiled model. Pure.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/result.hpp"
#include "controller/model/model.hpp"
#include "worker/engine/run.hpp"

namespace flowyard::controller::cli {

struct SettingPoint {
  double x = 0;
  double y = 0;
};

//   growth=0.05           a number; for an array, for every element
//   share=[0.2, 0.8]      an array, its last subscript running fastest
//   share[north]=0.2      one element
//   demand={0:10, 50:20}  over time, straight between the points; for a lookup, its new points
struct ModelSetting {
  std::string name;
  std::string element;  // "north", "north,old"; empty: the whole
  std::variant<double, std::vector<double>, std::vector<SettingPoint>> value;
};

Result<ModelSetting> parse_setting(std::string_view text);

// Adds the parameters to `input`, but for those that feed data (model_feed.hpp); every error at once: names
// that are not there (with a suggestion), stocks, what is computed, wrong shapes.
Results<void> set_parameters(const std::vector<ModelSetting>& settings, const model::Model& model,
                             const worker::engine::Program& program, worker::engine::RunInput& input);

// Adds the stocks' values at the start. `own`: what they are otherwise, for the elements of an array that are
// not set; the series that it lacks are taken to be set whole.
Results<void> set_initials(const std::vector<ModelSetting>& settings, const worker::engine::Program& program,
                           const worker::engine::RunOutput& own, worker::engine::RunInput& input);

}  // namespace flowyard::controller::cli
