#include "controller/service/shared_files.hpp"

#include <gtest/gtest.h>

#include "common/base/tar.hpp"

namespace flowyard::controller::service {
namespace {

TEST(SharedFiles, BelongToTheWorkersUnderTheirNames) {
  const auto entries =
      read_tar(shared_files({{"data/big.csv", "1,2"}, {"../models/a.mdl", "x"}, {"/etc/passwd", "no"}}))
          .value();
  std::vector<std::string> paths;
  for (const auto& entry : entries) {
    paths.push_back(entry.path + (entry.kind == TarEntry::Kind::Folder ? "/" : "=" + entry.content));
    EXPECT_EQ(entry.user, 65534);
    EXPECT_EQ(entry.group, 65534);
  }
  for (auto& path : paths) {
    if (path.ends_with("//")) path.pop_back();
  }
  EXPECT_EQ(paths, (std::vector<std::string>{"absolute/", "absolute/etc/", "absolute/etc/passwd=no", "data/",
                                             "data/big.csv=1,2", "models/", "models/a.mdl=x"}));
}

TEST(SharedFiles, MayBeNone) {
  EXPECT_TRUE(read_tar(shared_files({})).value().empty());
}

}  // namespace
}  // namespace flowyard::controller::service
