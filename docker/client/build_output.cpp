#include "docker/client/build_output.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "docker/client/fields.hpp"

namespace flowyard::docker {

namespace {
constexpr std::size_t kMostText = 256 << 10;
}

void BuildOutput::feed(std::string_view piece) {
  lines_.feed(piece);
  take_all();
}

void BuildOutput::finish() {
  lines_.finish();
  take_all();
}

void BuildOutput::take_all() {
  while (auto line = lines_.next()) take(*line);
}

void BuildOutput::take(const std::string& line) {
  const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  text_ += fields::text(json, "stream");
  const std::string status = fields::text(json, "status");
  if (!status.empty()) text_ += status + "\n";
  const std::string id = fields::text(fields::member(json, "aux"), "ID");
  if (!id.empty()) image_id_ = id;
  std::string failure = fields::text(fields::member(json, "errorDetail"), "message");
  if (failure.empty()) failure = fields::text(json, "error");
  if (!failure.empty()) failure_ = failure;
  keep_the_last();
}

std::optional<std::string> BuildOutput::next_line() {
  for (;;) {
    const auto end = text_.find('\n', given_);
    if (end == text_.npos) return std::nullopt;
    std::string line = text_.substr(given_, end - given_);
    given_ = end + 1;
    if (!line.empty()) return line;
  }
}

// A step may print without end.
void BuildOutput::keep_the_last() {
  if (text_.size() <= 2 * kMostText) return;
  const auto surplus = text_.size() - kMostText;
  text_.erase(0, surplus);
  given_ -= std::min(given_, surplus);
}

std::string BuildOutput::explain(std::size_t lines) const {
  std::string_view text = text_;
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (text.empty()) return failure_;
  std::size_t from = text.size();
  for (std::size_t n = 0; n < lines && from != std::string_view::npos; ++n) {
    from = from == 0 ? std::string_view::npos : text.rfind('\n', from - 1);
  }
  if (from != std::string_view::npos) text.remove_prefix(from + 1);
  return failure_ + "\nthe build's last lines:\n" + std::string(text);
}

}  // namespace flowyard::docker
