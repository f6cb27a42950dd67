#include "controller/results/netcdf/builder.hpp"

#include <algorithm>

namespace flowyard::controller::results::netcdf {
namespace {

Texts split(const std::string& element) {
  Texts parts;
  for (std::size_t from = 0; from <= element.size();) {
    const auto end = std::min(element.find(',', from), element.size());
    parts.push_back(element.substr(from, end - from));
    from = end + 1;
  }
  return parts;
}

}  // namespace

std::vector<Texts> axes_of(const std::vector<std::string>& elements) {
  std::vector<Texts> all, axes;
  for (const auto& element : elements) all.push_back(split(element));
  for (const auto& parts : all) {
    axes.resize(std::max(axes.size(), parts.size()));
    for (std::size_t i = 0; i < parts.size(); ++i)
      if (std::find(axes[i].begin(), axes[i].end(), parts[i]) == axes[i].end()) axes[i].push_back(parts[i]);
  }
  std::size_t size = 1;
  for (const auto& axis : axes) size *= axis.size();
  if (size != elements.size()) return {};
  for (std::size_t at = 0; at < all.size(); ++at) {
    std::size_t rest = at;
    for (std::size_t i = axes.size(); i-- > 0; rest /= axes[i].size())
      if (i >= all[at].size() || all[at][i] != axes[i][rest % axes[i].size()]) return {};
  }
  return axes;
}

std::string Builder::unique(const std::string& name) {
  const std::string safe = safe_name(name);
  std::string free = safe;
  for (int number = 2; !taken_.insert(free).second; ++number) free = safe + "_" + std::to_string(number);
  return free;
}

std::size_t Builder::dimension(const std::string& name, std::size_t length) {
  file.dimensions.push_back({name, length});
  return file.dimensions.size() - 1;
}

std::size_t Builder::words(const Texts& elements, const std::string& name) {
  const std::string free = unique(name);
  const auto place = dimension(free, elements.size());
  const auto length = longest_of(elements);
  const auto letters = dimension(unique(free + "_characters"), length);
  file.variables.push_back({.name = free,
                            .dimensions = {place, letters},
                            .attributes = {{"_Encoding", "utf-8"}},
                            .values = characters_of(elements, length)});
  return place;
}

std::size_t Builder::dimension_of(const Texts& elements, const std::string& name) {
  const auto known =
      std::find_if(axes_.begin(), axes_.end(), [&](const auto& axis) { return axis.first == elements; });
  if (known != axes_.end()) return known->second;
  axes_.emplace_back(elements, words(elements, name));
  return axes_.back().second;
}

std::string characters_of(const Texts& texts, std::size_t length) {
  std::string characters;
  for (const auto& text : texts) {
    characters += text;
    characters.append(length - text.size(), '\0');
  }
  return characters;
}

std::size_t longest_of(const Texts& texts) {
  std::size_t length = 1;
  for (const auto& text : texts) length = std::max(length, text.size());
  return length;
}

}  // namespace flowyard::controller::results::netcdf
