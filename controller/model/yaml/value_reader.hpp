// ValueReader: the typed values of a YAML tree. What is not of the wanted type is a diagnostic at its place,
// and `entry_failed_` remembers it for whoever reads the entries of a section.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/suggest.hpp"
#include "common/yaml/tree.hpp"
#include "controller/model/diagnostics.hpp"
#include "controller/model/expression.hpp"

namespace flowyard::controller::model::yaml {

using Keys = std::initializer_list<std::string_view>;

SourceLocation location_of(const FileLocation& location);

class ValueReader {
 protected:
  using Node = flowyard::yaml::Node;

  void fail(DiagnosticCode code, std::string message, const FileLocation& location);

  // The content of an unknown key is missing, which is reported where it matters.
  template <class List>
  void check_keys(const Node& map, const List& allowed) {
    for (const auto& entry : map.entries) {
      if (std::find(std::begin(allowed), std::end(allowed), entry.key) != std::end(allowed)) continue;
      const std::vector<std::string> known(std::begin(allowed), std::end(allowed));
      fail(DiagnosticCode::UnknownKey, "unknown key '" + entry.key + "'" + suggestion(entry.key, known),
           entry.location);
    }
  }

  std::string text(const Node& node);
  std::string documentation(const Node& map);  // of the keys doc or documentation; empty: it has neither
  std::optional<double> number_in(const Node& node);
  double finite_number(const Node& node);
  bool truth(const Node& node);
  // A number, a formula, or a list of them.
  Expression expression(const Node& node);
  // What was parsed, or its errors as diagnostics.
  Expression take(Results<Expression> parsed);

  Diagnostics diagnostics_;
  bool entry_failed_ = false;  // since the last one began

 private:
  Expression list(const Node& node);
};

}  // namespace flowyard::controller::model::yaml
