// simplify: a Model in the subset that every format can express, with the same meaning: the first half of
// `flowyard model convert`. Pure; the writers of xmile/ and yaml/ do the rest.
#pragma once

#include "common/base/result.hpp"
#include "controller/model/model.hpp"

namespace flowyard::controller::model::simplify {

inline constexpr std::size_t kMaxExpandedEquations = 200'000;

// In the result:
//   - dimensions list elements only; there are no aliases and no mappings;
//   - a variable has its Variable::dimensions, and either one equation without subscripts or one for each
//     element; there is no :EXCEPT:, and no reference goes through a mapping;
//   - tables stand in lookup variables, or beside the one expression of a variable; none stand in
//     expressions. Data variables are tables read at the time;
//   - the dialect is `target` (Xmile or Yaml), and calls whose meaning depends on it are written anew;
//   - start, stop, step and save interval are numbers, for YAML where they can be;
//   - a stock whose net rate is an expression has an inflow of that value instead.
// What has no such form is an error with its location in the files of `model`: numbers outside the model,
// data fed from outside, times that are computed.
Results<Model> simplify(const Model& model, Dialect target);

}  // namespace flowyard::controller::model::simplify
