// Arguments of aggregations: the ranges that they leave open, and their values over all of those.
#include <algorithm>

#include "controller/compiler/lower/lower_context.hpp"

namespace flowyard::controller::compiler {

using model::Subscript;

namespace {

bool is_aggregate(const std::string& key) {
  static constexpr const char* kNames[] = {"sum",       "prod",        "vmin",          "vmax", "mean",
                                           "stddev",    "size",        "vector_select", "rank", "arraysum",
                                           "arraymean", "arraystddev", "interpolate"};
  return std::any_of(std::begin(kNames), std::end(kNames), [&](const char* name) { return key == name; });
}

void add_range(std::vector<RangeId>& ranges, RangeId range) {
  if (std::find(ranges.begin(), ranges.end(), range) == ranges.end()) ranges.push_back(range);
}

}  // namespace

// The ranges that an aggregation's argument leaves open: marked with ! or *, or whole arrays.
std::vector<RangeId> LowerContext::iterated_ranges(const Expression& e, const Context& context, Bare bare) {
  std::vector<RangeId> ranges;
  collect_iterated(e, context, bare, ranges);
  return ranges;
}

void LowerContext::collect_iterated(const Expression& e, const Context& context, Bare bare,
                                    std::vector<RangeId>& ranges) {
  if (e.kind == Expression::Kind::Call && is_aggregate(e.name.key)) return;  // closes its own
  if (e.kind == Expression::Kind::Reference || e.kind == Expression::Kind::Call) {
    const auto symbol = symbol_in(context.scope, e.name.key);
    const Symbol* s = symbol ? &scopes_[context.scope].symbols->at(*symbol) : nullptr;
    for (std::size_t k = 0; k < e.subscripts.size(); ++k) {
      const Subscript& subscript = e.subscripts[k];
      if (subscript.kind == Subscript::Kind::Bang) {
        if (const auto range = dimensions_.range_named(subscript.name.key)) add_range(ranges, *range);
      } else if (s && k < s->axes.size() && subscript.kind == Subscript::Kind::Wildcard) {
        add_range(ranges, axis_range(*s, k));
      } else if (s && k < s->axes.size() && subscript.kind == Subscript::Kind::Range) {
        if (const auto part = slice_of(subscript, s->axes[k], context)) add_range(ranges, *part);
        continue;
      } else if (subscript.kind == Subscript::Kind::Name && model_.dialect != model::Dialect::Vensim) {
        // XMILE: MAX(a[dim]) where dim is not on the left-hand side.
        const auto range = dimensions_.range_named(subscript.name.key);
        if (range && !bound_element(*range, context)) add_range(ranges, *range);
      }
      for (const Expression& operand : subscript.operands) collect_iterated(operand, context, bare, ranges);
    }
    if (s && e.subscripts.empty() && e.kind == Expression::Kind::Reference) {
      for (std::size_t k = 0; k < s->axes.size(); ++k)
        if (bare == Bare::Whole || !bound_element(s->axes[k], context)) add_range(ranges, axis_range(*s, k));
    }
  }
  for (const Expression& argument : e.arguments) collect_iterated(argument, context, bare, ranges);
}

void LowerContext::for_each_combination(const std::vector<RangeId>& ranges, const Context& context,
                                        const std::function<void(const Context&)>& function) {
  Context inner = context;
  const std::size_t base = inner.iterating.size();
  std::size_t combinations = 1;
  for (const RangeId range : ranges) {
    const std::size_t size = dimensions_.range(range).elements.size();
    if (size == 0) return;
    if (combinations > Graph::kMaxNodes / size)
      throw TooLarge{"a sum or the like over more than 6,000,000 elements"};
    combinations *= size;
    inner.iterating.push_back({range, dimensions_.range(range).elements.front()});
  }
  std::vector<std::size_t> at(ranges.size(), 0);
  for (;;) {
    function(inner);
    std::size_t k = ranges.size();
    while (k > 0 && ++at[k - 1] == dimensions_.range(ranges[k - 1]).elements.size()) {
      at[k - 1] = 0;
      inner.iterating[base + k - 1].element = dimensions_.range(ranges[k - 1]).elements.front();
      --k;
    }
    if (k == 0) return;
    inner.iterating[base + k - 1].element = dimensions_.range(ranges[k - 1]).elements[at[k - 1]];
  }
}

std::vector<NodeId> LowerContext::all_values(const Expression& argument, const Context& context, Bare bare) {
  std::vector<NodeId> values;
  for_each_combination(iterated_ranges(argument, context, bare), context,
                       [&](const Context& inner) { values.push_back(lower(argument, inner)); });
  return values;
}

}  // namespace flowyard::controller::compiler
