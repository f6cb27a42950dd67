// The models that the engine is measured with: YAML texts, from files or made here.
#pragma once

#include <string>
#include <vector>

#include "worker/engine/program.hpp"

namespace flowyard::bench {

struct BenchModel {
  std::string name;
  std::string text;     // YAML
  std::string varied;   // the parameter that differs from lane to lane, by up to a fifth
  std::string outcome;  // an expression
  std::string watched;  // the variable in it
  worker::engine::Method method = worker::engine::Method::Euler;
};

// Throws where a file below `folder` cannot be read.
std::vector<BenchModel> models(const std::string& folder);

}  // namespace flowyard::bench
