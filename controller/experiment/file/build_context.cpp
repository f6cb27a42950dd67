#include "controller/experiment/file/build_context.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "common/base/tar.hpp"
#include "common/crypto/sha256.hpp"
#include "controller/experiment/file/dockerfile.hpp"

namespace flowyard::controller::experiment::file {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHashLength = 16;  // hexadecimal digits

std::optional<std::string> why_not(const TarEntry& entry) {
  const fs::path path(entry.path);
  if (path.is_absolute() || std::find(path.begin(), path.end(), "..") != path.end())
    return "'" + entry.path + "' leads out of it";
  if (entry.kind != TarEntry::Kind::File && entry.kind != TarEntry::Kind::Folder)
    return "'" + entry.path +
           "' is a link or no plain file; name it in .dockerignore, or copy what it leads to";
  return std::nullopt;
}

}  // namespace

Result<std::string> read_build_context(std::string_view archive, experiment::ImageBuild& build) {
  const std::string folder = "the folder '" + build.folder + "': ";
  if (archive.size() > kMostOfContext)
    return invalid(folder + "it is larger than " + std::to_string(kMostOfContext >> 20) +
                   " MiB; name in .dockerignore what the image does not need");
  TarReader reader;
  reader.push(archive);
  std::optional<std::string> recipe;
  const auto wanted = fs::path(build.dockerfile).lexically_normal();
  for (;;) {
    auto entry = reader.next();
    if (!entry) return invalid(folder + "it is no tar archive: " + entry.error().message);
    if (!*entry) break;
    if (const auto why = why_not(**entry)) return invalid(folder + *why);
    const bool is_recipe = fs::path((*entry)->path).lexically_normal() == wanted;
    if (is_recipe && (*entry)->kind == TarEntry::Kind::File) recipe = std::move((*entry)->content);
  }
  if (!reader.between_entries()) return invalid(folder + "its archive is cut off");
  if (!recipe)
    return invalid(folder + "there is no " + build.dockerfile + " in it, which says how to build the image");
  auto images = images_of_dockerfile(*recipe);
  if (!images) return invalid(folder + images.error().message);
  build.bases = std::move(*images);
  return name_of_content(archive, build.dockerfile);
}

std::string name_of_content(std::string_view archive, const std::string& dockerfile) {
  const std::string hash = crypto::sha256_hex(dockerfile + '\n' + std::string(archive));
  return kBuiltImage + (":" + hash.substr(0, kHashLength));
}

}  // namespace flowyard::controller::experiment::file
