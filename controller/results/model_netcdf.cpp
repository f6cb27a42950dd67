#include "controller/results/model_netcdf.hpp"

#include <algorithm>
#include <utility>

#include "controller/model/elements.hpp"
#include "controller/results/netcdf/builder.hpp"

namespace flowyard::controller::results {
namespace {

using netcdf::Texts;

// "share[north,old]" is "share" and "north,old".
std::pair<std::string, std::string> split(const std::string& name) {
  const auto open = name.rfind('[');
  if (open == std::string::npos || !name.ends_with(']')) return {name, ""};
  return {name.substr(0, open), name.substr(open + 1, name.size() - open - 2)};
}

// The columns of one variable: first, first + 1, ...
struct Group {
  std::size_t first = 0;
  std::string variable;
  Texts elements = {};  // of each column; an empty one for a scalar

  bool is_scalar() const { return elements.size() == 1 && elements.front().empty(); }
};

std::vector<Group> groups_of(const Texts& names) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto [variable, element] = split(names[i]);
    if (groups.empty() || groups.back().variable != variable || element.empty())
      groups.push_back({.first = i, .variable = variable});
    groups.back().elements.push_back(element);
  }
  return groups;
}

class Writer {
 public:
  Writer(const ModelResult& result, const model::Model& model) : result_(result), model_(model) {}

  netcdf::File file() {
    auto& file = build_.file;
    file.attributes = {{"Conventions", "CF-1.8"}, {"title", model_.name.display}, {"source", "Flowyard"}};
    build_.dimension(build_.unique("time"), result_.times.size());
    file.variables.push_back(
        {.name = "time", .dimensions = {0}, .attributes = {{"long_name", "time"}}, .values = result_.times});
    if (!model_.time.units.empty()) file.variables[0].attributes.push_back({"units", model_.time.units});
    for (const auto& group : groups_of(result_.names)) {
      const auto axes = group.elements.size() > 1 ? netcdf::axes_of(group.elements) : std::vector<Texts>{};
      if (group.is_scalar() || !axes.empty()) {
        add(group.variable, group.variable, axes, group.first, group.elements.size());
      } else {  // single elements
        for (std::size_t i = group.first; i < group.first + group.elements.size(); ++i)
          add(result_.names[i], group.variable, {}, i, 1);
      }
    }
    return std::move(file);
  }

 private:
  void add(const std::string& name, const std::string& of, const std::vector<Texts>& axes, std::size_t first,
           std::size_t count) {
    netcdf::Variable variable{
        .name = "", .dimensions = {0}, .attributes = {{"long_name", name}}, .values = {}};
    for (std::size_t i = 0; i < axes.size(); ++i)
      variable.dimensions.push_back(build_.dimension_of(axes[i], name_of(axes[i], of, i)));
    variable.name = build_.unique(name);
    const auto known = std::find_if(model_.variables.begin(), model_.variables.end(),
                                    [&](const model::Variable& v) { return v.name == model::Name(of); });
    if (known != model_.variables.end() && !known->units.empty())
      variable.attributes.push_back({"units", known->units});
    if (known != model_.variables.end() && !known->documentation.empty())
      variable.attributes.push_back({"comment", known->documentation});
    auto& values = variable.values.emplace<std::vector<double>>();
    for (std::size_t t = 0; t < result_.times.size(); ++t)
      for (std::size_t c = first; c < first + count; ++c) values.push_back(result_.columns[c][t]);
    build_.file.variables.push_back(std::move(variable));
  }

  std::string name_of(const Texts& elements, const std::string& of, std::size_t position) const {
    for (const auto& known : model_.dimensions)
      if (model::elements_of(model_, known.name) == elements) return known.name.display;
    return of + "_" + std::to_string(position + 1);
  }

  const ModelResult& result_;
  const model::Model& model_;
  netcdf::Builder build_;
};

}  // namespace

Result<std::string> netcdf_of(const ModelResult& result, const model::Model& model) {
  return netcdf::write(Writer(result, model).file());
}

}  // namespace flowyard::controller::results
