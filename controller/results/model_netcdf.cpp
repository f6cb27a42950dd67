#include "controller/results/model_netcdf.hpp"

#include <algorithm>
#include <set>

#include "controller/model/elements.hpp"
#include "controller/results/netcdf/classic.hpp"

namespace flowyard::controller::results {
namespace {

using Texts = std::vector<std::string>;

// "share[north,old]" is "share" and {"north", "old"}.
struct ColumnName {
  std::string variable;
  Texts elements;
};

ColumnName split(const std::string& name) {
  const auto open = name.rfind('[');
  if (open == std::string::npos || !name.ends_with(']')) return {name, {}};
  ColumnName parts{name.substr(0, open), {}};
  for (auto from = open + 1; from < name.size();) {
    const auto end = name.find_first_of(",]", from);
    parts.elements.push_back(name.substr(from, end - from));
    from = end + 1;
  }
  return parts;
}

// The columns of one variable: first, first + 1, ..., and for each subscript the elements that occur.
struct Group {
  std::size_t first = 0, count = 0;
  std::string variable;
  std::vector<Texts> axes;
  bool whole = true;  // no single element, but every combination of the axes, the last fastest
};

std::size_t product(const std::vector<Texts>& axes) {
  std::size_t size = 1;
  for (const auto& axis : axes) size *= axis.size();
  return size;
}

void add_to(Group& group, const Texts& elements) {
  group.axes.resize(std::max(group.axes.size(), elements.size()));
  for (std::size_t i = 0; i < elements.size(); ++i) {
    auto& axis = group.axes[i];
    if (std::find(axis.begin(), axis.end(), elements[i]) == axis.end()) axis.push_back(elements[i]);
  }
  ++group.count;
}

bool is_in_order(const Group& group, const Texts& names) {
  if (product(group.axes) != group.count) return false;
  for (std::size_t at = 0; at < group.count; ++at) {
    const auto elements = split(names[group.first + at]).elements;
    std::size_t rest = at;
    for (std::size_t i = group.axes.size(); i-- > 0; rest /= group.axes[i].size())
      if (i >= elements.size() || elements[i] != group.axes[i][rest % group.axes[i].size()]) return false;
  }
  return true;
}

std::vector<Group> groups_of(const Texts& names) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto [variable, elements] = split(names[i]);
    if (groups.empty() || groups.back().variable != variable || elements.empty())
      groups.push_back({.first = i, .count = 0, .variable = variable, .axes = {}});
    add_to(groups.back(), elements);
  }
  for (auto& group : groups)
    group.whole = group.axes.empty() || (group.count > 1 && is_in_order(group, names));
  return groups;
}

class Writer {
 public:
  Writer(const ModelResult& result, const model::Model& model) : result_(result), model_(model) {}

  netcdf::File file() {
    file_.attributes = {{"Conventions", "CF-1.8"}, {"title", model_.name.display}, {"source", "Flowyard"}};
    file_.dimensions.push_back({unique("time"), result_.times.size()});
    file_.variables.push_back(
        {.name = "time", .dimensions = {0}, .attributes = {{"long_name", "time"}}, .values = result_.times});
    if (!model_.time.units.empty()) file_.variables[0].attributes.push_back({"units", model_.time.units});
    for (const auto& group : groups_of(result_.names)) {
      if (group.whole) {
        add(group.variable, group.variable, group.axes, group.first, group.count);
      } else {
        for (std::size_t i = 0; i < group.count; ++i)
          add(result_.names[group.first + i], group.variable, {}, group.first + i, 1);
      }
    }
    return std::move(file_);
  }

 private:
  // What no other variable or dimension is called.
  std::string unique(const std::string& name) {
    std::string safe = netcdf::safe_name(name);
    for (int number = 2; !taken_.insert(safe).second; ++number)
      safe = netcdf::safe_name(name) + "_" + std::to_string(number);
    return safe;
  }

  void add(const std::string& name, const std::string& of, const std::vector<Texts>& axes, std::size_t first,
           std::size_t count) {
    netcdf::Variable variable{
        .name = "", .dimensions = {0}, .attributes = {{"long_name", name}}, .values = {}};
    for (std::size_t i = 0; i < axes.size(); ++i) variable.dimensions.push_back(dimension(axes[i], of, i));
    variable.name = unique(name);
    const auto known = std::find_if(model_.variables.begin(), model_.variables.end(),
                                    [&](const model::Variable& v) { return v.name == model::Name(of); });
    if (known != model_.variables.end() && !known->units.empty())
      variable.attributes.push_back({"units", known->units});
    if (known != model_.variables.end() && !known->documentation.empty())
      variable.attributes.push_back({"comment", known->documentation});
    auto& values = variable.values.emplace<std::vector<double>>();
    for (std::size_t t = 0; t < result_.times.size(); ++t)
      for (std::size_t c = first; c < first + count; ++c) values.push_back(result_.columns[c][t]);
    file_.variables.push_back(std::move(variable));
  }

  std::size_t dimension(const Texts& elements, const std::string& of, std::size_t position) {
    const auto known =
        std::find_if(axes_.begin(), axes_.end(), [&](const auto& axis) { return axis.first == elements; });
    if (known != axes_.end()) return known->second;
    const std::string name = unique(name_of(elements, of, position));
    file_.dimensions.push_back({name, elements.size()});
    axes_.push_back({elements, file_.dimensions.size() - 1});
    add_elements(name, elements, axes_.back().second);
    return axes_.back().second;
  }

  std::string name_of(const Texts& elements, const std::string& of, std::size_t position) const {
    for (const auto& known : model_.dimensions)
      if (model::elements_of(model_, known.name) == elements) return known.name.display;
    return of + "_" + std::to_string(position + 1);
  }

  // The classic format has no texts, but tables of characters.
  void add_elements(const std::string& name, const Texts& elements, std::size_t dimension) {
    std::size_t length = 1;
    for (const auto& element : elements) length = std::max(length, element.size());
    std::string characters;
    for (const auto& element : elements) characters += element + std::string(length - element.size(), '\0');
    file_.dimensions.push_back({unique(name + "_characters"), length});
    file_.variables.push_back({.name = name,
                               .dimensions = {dimension, file_.dimensions.size() - 1},
                               .attributes = {{"_Encoding", "utf-8"}},
                               .values = std::move(characters)});
  }

  const ModelResult& result_;
  const model::Model& model_;
  netcdf::File file_;
  std::set<std::string> taken_;
  std::vector<std::pair<Texts, std::size_t>> axes_;  // elements, and the place of their dimension
};

}  // namespace

Result<std::string> netcdf_of(const ModelResult& result, const model::Model& model) {
  return netcdf::write(Writer(result, model).file());
}

}  // namespace flowyard::controller::results
