// read: a YAML model, flat and human. All keys but one of stocks, flows, auxiliaries, constants may be
// absent.
//
//   name: Logistic growth
//   doc: free text
//   time: {start: 0, stop: 100, step: 0.125, save_every: 1, method: euler, units: year}
//   dimensions: {region: [north, south], age: 4}
//   constants:
//     growth_rate: 0.03
//     carrying_capacity: {value: 10000, units: people, doc: ..., limits: [0, 1e6]}
//     share[region]: [0.4, 0.6]
//   stocks:
//     Population: {initial: 100, inflows: [growth], outflows: [], units: people}   # or net: an expression
//   flows: {growth: growth_rate * Population * (1 - Population / carrying_capacity)}
//   auxiliaries: {density[region]: Population * share[region]}
//   lookups: {effect: {points: [[0, 1], [2, 0]], mode: extrapolate}}
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "common/yaml/tree.hpp"
#include "controller/model/partly_read.hpp"

namespace flowyard::controller::model::yaml {

// Every error of the text at once, each with its place.
Results<Model> read(std::string_view text, const std::string& file_name);

// Likewise, with what could be read beside the errors.
PartlyRead read_partly(std::string_view text, const std::string& file_name);

// The same for a model that stands inside another file, such as an experiment.
PartlyRead read_tree(const flowyard::yaml::Node& root, const std::string& file_name);

// Values in one file, aliases written out; a lookup's point counts three.
inline constexpr std::size_t kMaxYamlValues = 5'000'000;

}  // namespace flowyard::controller::model::yaml
