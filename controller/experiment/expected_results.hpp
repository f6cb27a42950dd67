// The expected shape of a worker's results for one named scenario, so that no value is stored under another's
// name. Plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace flowyard::controller::experiment {

struct ExpectedResults {
  struct Series {
    std::string name;
    std::vector<std::string> elements;  // none: a scalar
    bool operator==(const Series&) const = default;
  };
  std::vector<std::string> outcomes;        // by name, in the order of results
  std::vector<bool> may_be_undefined = {};  // by outcome: NaN is an answer
  std::vector<Series> series;
  // Of the saves that are kept; none: parameters decide them, and each result says its own.
  std::optional<std::vector<double>> times;

  bool operator==(const ExpectedResults&) const = default;
};

}  // namespace flowyard::controller::experiment
