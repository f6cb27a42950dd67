#include <iterator>
#include <unordered_map>

#include "controller/compiler/builtins/builtins.hpp"

namespace flowyard::controller::compiler {

std::span<const Builtin> all_builtins() {
  static const Builtins all = [] {
    Builtins rows;
    for (auto&& file :
         {arithmetic_builtins(), inputs_builtins(), memory_builtins(), delays_builtins(), pipes_builtins(),
          batches_builtins(), lookup_builtins(), random_builtins(), random_shape_builtins(),
          normal_builtins(), stella_builtins(), arrays_builtins(), vectors_builtins(), allocation_builtins()})
      rows.insert(rows.end(), file.begin(), file.end());
    return rows;
  }();
  return all;
}

const Builtin* find_builtin(std::string_view key) {
  static const std::unordered_map<std::string_view, const Builtin*> by_name = [] {
    std::unordered_map<std::string_view, const Builtin*> index;
    for (const Builtin& each : all_builtins()) index.emplace(each.name, &each);
    return index;
  }();
  const auto found = by_name.find(key);
  return found == by_name.end() ? nullptr : found->second;
}

const model::UnitRule* find_unit_rule(std::string_view key) {
  const Builtin* builtin = find_builtin(key);
  return builtin && builtin->units ? &*builtin->units : nullptr;
}

}  // namespace flowyard::controller::compiler
