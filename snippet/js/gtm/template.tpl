___TERMS_OF_SERVICE___

By creating or modifying this file you agree to Google Tag Manager's Community
Template Gallery Developer Terms of Service available at
https://developers.google.com/tag-manager/gallery-tos (or such other URL as
Google may provide), as modified from time to time.


___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "発番 Hatsuban",
  "brand": {
    "id": "brand_dummy",
    "displayName": ""
  },
  "description": "ページの電話番号を訪問者ごとの番号に差し替え、電話と広告クリックを結び付けます。 / Swaps your pages' telephone numbers for the visitor's own, so that calls can be credited to ad clicks.",
  "categories": [
    "ADVERTISING",
    "ATTRIBUTION",
    "CONVERSIONS"
  ],
  "containerContexts": [
    "WEB"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "service",
    "displayName": "サービスのアドレス / Service address",
    "simpleValueType": true,
    "defaultValue": "https://numbers.example.com",
    "help": "発番サービスのアドレスです。末尾に / を付けません。変更した場合は、このテンプレートの権限「スクリプトを挿入」の URL も変更してください。<br>The address of your pool service, without a slash at the end. If you change it, change the URL in this template's permission \"Injects scripts\", too.",
    "valueValidators": [
      {
        "type": "NON_EMPTY",
        "errorMessage": "サービスのアドレスを入力してください / Enter the service address"
      },
      {
        "type": "REGEX",
        "args": [
          "^https://[A-Za-z0-9.:-]+(/[A-Za-z0-9._~-]+)*$"
        ],
        "errorMessage": "https:// で始まり / で終わらないアドレスにしてください / It must begin with https:// and not end with a slash"
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "site",
    "displayName": "サイトキー / Site key",
    "simpleValueType": true,
    "defaultValue": "st_example",
    "help": "サイトの設定にある公開の名前です。秘密ではありません。<br>The site's public name in its settings. It is no secret.",
    "valueValidators": [
      {
        "type": "NON_EMPTY",
        "errorMessage": "サイトキーを入力してください / Enter the site key"
      },
      {
        "type": "REGEX",
        "args": [
          "^[A-Za-z0-9_-]{4,64}$"
        ],
        "errorMessage": "英数字、-、_ で 4～64 文字です / 4 to 64 letters, digits, - or _"
      }
    ]
  },
  {
    "type": "SELECT",
    "name": "mode",
    "displayName": "発番方式 / Mode",
    "macrosInSelect": false,
    "selectItems": [
      {
        "value": "site",
        "displayValue": "サイトの設定に従う / As the site's settings say"
      },
      {
        "value": "dynamic",
        "displayValue": "動的発番 / Dynamic: a number for each visitor"
      },
      {
        "value": "channel",
        "displayValue": "中間発番 / Channel: a number for each channel"
      }
    ],
    "simpleValueType": true,
    "defaultValue": "site",
    "help": "中間発番では訪問者に番号を貸し出しません。静的発番にタグは不要です。<br>Channel numbers are leased to nobody. Static numbers need no tag."
  },
  {
    "type": "SELECT",
    "name": "media",
    "displayName": "広告媒体 / Ad media",
    "macrosInSelect": false,
    "selectItems": [
      {
        "value": "all",
        "displayValue": "すべての訪問者 / Every visitor"
      },
      {
        "value": "google",
        "displayValue": "Google (gclid, wbraid, gbraid)"
      },
      {
        "value": "yahoo",
        "displayValue": "Yahoo! (yclid)"
      },
      {
        "value": "microsoft",
        "displayValue": "Microsoft (msclkid)"
      },
      {
        "value": "meta",
        "displayValue": "Meta (fbclid)"
      }
    ],
    "simpleValueType": true,
    "defaultValue": "all",
    "help": "選んだ媒体の広告をクリックした訪問者にだけ、動的発番の番号を貸し出します。番号の節約になります。<br>A dynamic number is leased only to visitors who clicked an ad of this medium. It saves numbers.",
    "enablingConditions": [
      {
        "paramName": "mode",
        "paramValue": "channel",
        "type": "NOT_EQUALS"
      }
    ]
  },
  {
    "type": "GROUP",
    "name": "consentGroup",
    "displayName": "同意 / Consent",
    "groupStyle": "NO_ZIPPY",
    "subParams": [
      {
        "type": "SELECT",
        "name": "consent",
        "displayName": "同意を得るまで / Until consent is given",
        "macrosInSelect": false,
        "selectItems": [
          {
            "value": "site",
            "displayValue": "サイトの設定に従う / As the site's settings say"
          },
          {
            "value": "required",
            "displayValue": "何もしない / Do nothing"
          },
          {
            "value": "channel-only",
            "displayValue": "中間発番の番号だけを表示する / Show channel numbers only"
          }
        ],
        "simpleValueType": true,
        "defaultValue": "site",
        "help": "ここではサイトの設定より厳しくすることだけができます。<br>This can only be stricter than the site's settings."
      },
      {
        "type": "CHECKBOX",
        "name": "consentMode",
        "checkboxText": "Google 同意モードの状態を伝える / Hand on the state of Google Consent Mode",
        "simpleValueType": true,
        "defaultValue": true,
        "help": "同意バナーの既定値は、このタグより先（同意の初期化）に設定してください。状態がない同意タイプは「許可」として扱われ、あとで許可になっても知らされません。バナーが同意モードに対応していないときはオフにし、hatsuban('consent', 'granted') を呼びます。<br>Let your banner set its default before this tag, on Consent Initialization. A consent type without a state counts as granted, and nobody is told when it is granted later. If your banner does not know Consent Mode, turn this off and call hatsuban('consent', 'granted')."
      },
      {
        "type": "SELECT",
        "name": "consentTypes",
        "displayName": "必要な同意タイプ / Consent that is needed",
        "macrosInSelect": false,
        "selectItems": [
          {
            "value": "both",
            "displayValue": "ad_storage, analytics_storage"
          },
          {
            "value": "ad_storage",
            "displayValue": "ad_storage"
          },
          {
            "value": "analytics_storage",
            "displayValue": "analytics_storage"
          }
        ],
        "simpleValueType": true,
        "defaultValue": "both",
        "help": "選んだタイプがすべて許可されているときに「同意あり」と伝えます。<br>Consent is handed on as given when all of these are granted.",
        "enablingConditions": [
          {
            "paramName": "consentMode",
            "paramValue": true,
            "type": "EQUALS"
          }
        ]
      }
    ]
  },
  {
    "type": "CHECKBOX",
    "name": "dataLayer",
    "checkboxText": "表示した番号を dataLayer に送る / Push the shown number to dataLayer",
    "simpleValueType": true,
    "defaultValue": false,
    "help": "番号が表示されるたびに、イベントを dataLayer に加えます。トリガーや GA4 に使えます。<br>Adds an event to dataLayer whenever a number is shown, for triggers and GA4."
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const addConsentListener = require('addConsentListener');
const callInWindow = require('callInWindow');
const createArgumentsQueue = require('createArgumentsQueue');
const injectScript = require('injectScript');
const isConsentGranted = require('isConsentGranted');
const logToConsole = require('logToConsole');
const queryPermission = require('queryPermission');
const setInWindow = require('setInWindow');

// What the page prefers to the site's settings. A variable of its own: the program replaces `hatsuban` and what hangs on it.
const options = {};
if (data.mode === 'dynamic' || data.mode === 'channel') options.mode = data.mode;
if (data.mode !== 'channel' && data.media && data.media !== 'all') options.media = data.media;
if (data.consent === 'required' || data.consent === 'channel-only') options.consent = data.consent;
if (data.dataLayer) options.data_layer = true;
setInWindow('hatsubanOptions', options, true);

// Commands wait here until the program is there. Whoever comes first makes the queue.
createArgumentsQueue('hatsuban', 'hatsuban.q');

if (data.consentMode) {
  const types = data.consentTypes === 'both' ? ['ad_storage', 'analytics_storage'] : [data.consentTypes];
  const granted = {};
  // What may be done with the visitor's data for ads, as far as it is known.
  const known = {};
  let told = '';
  const tell = () => {
    const state = types.every((type) => granted[type]) ? 'granted' : 'denied';
    const all = state + known.ad_user_data + known.ad_personalization;
    if (all === told) return;
    told = all;
    const ads = {};
    if (known.ad_user_data) ads.ad_user_data = known.ad_user_data;
    if (known.ad_personalization) ads.ad_personalization = known.ad_personalization;
    // By its name each time: the program has put its own function there meanwhile.
    callInWindow('hatsuban', 'consent', state, ads);
  };
  types.forEach((type) => {
    // A type without a state counts as granted here, and its listener never hears that it is granted later: so the
    // state is handed on at once, not only when it changes.
    granted[type] = isConsentGranted(type);
    addConsentListener(type, (changed, isGranted) => {
      granted[changed] = isGranted;
      tell();
    });
  });
  ['ad_user_data', 'ad_personalization'].forEach((type) => {
    // Granted may mean that nobody has set it: that is not handed on.
    if (!isConsentGranted(type)) known[type] = 'denied';
    addConsentListener(type, (changed, isGranted) => {
      known[changed] = isGranted ? 'granted' : 'denied';
      tell();
    });
  });
  tell();
}

const url = data.service + '/tag/' + data.site + '.js';
if (queryPermission('inject_script', url)) {
  injectScript(url, data.gtmOnSuccess, data.gtmOnFailure, url);
} else {
  logToConsole('[hatsuban] This template may not load ' + url + '. Add it to the URLs of the permission "Injects scripts".');
  data.gtmOnFailure();
}


___WEB_PERMISSIONS___

[
  {
    "instance": {
      "key": {
        "publicId": "logging",
        "versionId": "1"
      },
      "param": [
        {
          "key": "environments",
          "value": {
            "type": 1,
            "string": "debug"
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "inject_script",
        "versionId": "1"
      },
      "param": [
        {
          "key": "urls",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 1,
                "string": "https://numbers.example.com/tag/*"
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "access_globals",
        "versionId": "1"
      },
      "param": [
        {
          "key": "keys",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "hatsuban"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "hatsuban.q"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "hatsubanOptions"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "access_consent",
        "versionId": "1"
      },
      "param": [
        {
          "key": "consentTypes",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ad_storage"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "analytics_storage"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ad_user_data"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ad_personalization"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  }
]


___TESTS___

scenarios:
- name: The tag is loaded once and says so
  code: |-
    runCode(fields);
    assertThat(loaded).isEqualTo(['https://numbers.example.com/tag/st_example.js']);
    assertThat(tokens).isEqualTo(loaded);
    assertApi('gtmOnSuccess').wasCalled();
    assertApi('gtmOnFailure').wasNotCalled();
- name: A tag that cannot be loaded is a failure
  code: |-
    mock('injectScript', (url, onSuccess, onFailure) => onFailure());
    runCode(fields);
    assertApi('gtmOnFailure').wasCalled();
    assertApi('gtmOnSuccess').wasNotCalled();
- name: An address outside the permission is not loaded
  code: |-
    mock('queryPermission', () => false);
    runCode(fields);
    assertApi('injectScript').wasNotCalled();
    assertApi('gtmOnFailure').wasCalled();
- name: Fields left to the site override nothing
  code: |-
    runCode(fields);
    assertThat(written.hatsubanOptions).isEqualTo({});
- name: Chosen fields override the settings
  code: |-
    fields.mode = 'dynamic';
    fields.media = 'google';
    fields.consent = 'required';
    fields.dataLayer = true;
    runCode(fields);
    assertThat(written.hatsubanOptions).isEqualTo({mode: 'dynamic', media: 'google', consent: 'required', data_layer: true});
- name: Ad media mean nothing to channel numbers
  code: |-
    fields.mode = 'channel';
    fields.media = 'google';
    runCode(fields);
    assertThat(written.hatsubanOptions).isEqualTo({mode: 'channel'});
- name: Consent that is already given is handed on before the tag is loaded
  code: |-
    mock('injectScript', () => {
      assertThat(commands).isEqualTo([['hatsuban', 'consent', 'granted', {}]]);
    });
    runCode(fields);
    assertApi('injectScript').wasCalled();
- name: Denied consent is handed on, and each change
  code: |-
    consent.ad_storage = false;
    runCode(fields);
    listeners.ad_storage('ad_storage', true);
    listeners.analytics_storage('analytics_storage', false);
    assertThat(commands).isEqualTo([['hatsuban', 'consent', 'denied', {}], ['hatsuban', 'consent', 'granted', {}], ['hatsuban', 'consent', 'denied', {}]]);
- name: What is denied for ads is handed on, and each change
  code: |-
    consent.ad_user_data = false;
    runCode(fields);
    listeners.ad_personalization('ad_personalization', false);
    listeners.ad_user_data('ad_user_data', true);
    assertThat(commands).isEqualTo([
      ['hatsuban', 'consent', 'granted', {ad_user_data: 'denied'}],
      ['hatsuban', 'consent', 'granted', {ad_user_data: 'denied', ad_personalization: 'denied'}],
      ['hatsuban', 'consent', 'granted', {ad_user_data: 'granted', ad_personalization: 'denied'}]
    ]);
- name: Only the consent that is needed is looked at
  code: |-
    consent.ad_storage = false;
    fields.consentTypes = 'analytics_storage';
    runCode(fields);
    assertThat(commands).isEqualTo([['hatsuban', 'consent', 'granted', {}]]);
    assertThat(listeners.ad_storage).isUndefined();
- name: Without Consent Mode nothing is handed on
  code: |-
    fields.consentMode = false;
    runCode(fields);
    assertApi('callInWindow').wasNotCalled();
    assertApi('isConsentGranted').wasNotCalled();
setup: |-
  const fields = {
    service: 'https://numbers.example.com',
    site: 'st_example',
    mode: 'site',
    media: 'all',
    consent: 'site',
    consentMode: true,
    consentTypes: 'both',
    dataLayer: false
  };
  const consent = {ad_storage: true, analytics_storage: true, ad_user_data: true, ad_personalization: true};
  const listeners = {};
  const commands = [];
  const loaded = [];
  const tokens = [];
  const written = {};
  mock('isConsentGranted', (type) => consent[type]);
  mock('addConsentListener', (type, listener) => { listeners[type] = listener; });
  mock('createArgumentsQueue', () => () => {});
  mock('callInWindow', (path, command, value, ads) => { commands.push([path, command, value, ads]); });
  mock('setInWindow', (key, value) => { written[key] = value; });
  mock('injectScript', (url, onSuccess, onFailure, cacheToken) => {
    loaded.push(url);
    tokens.push(cacheToken);
    onSuccess();
  });


___NOTES___

発番 Hatsuban https://github.com/hatsuban/hatsuban (Apache-2.0)

`hatsuban tag --site ID --format tpl` fills in the service address, the site key and the permission of your installation.
Import: Templates > Tag Templates > New > ... > Import. Then make a tag of it with the trigger All Pages (or, to be sure
that the gclid is seen before anything rewrites the address, Initialization - All Pages). The documentation is docs/TAG.md.

インポート：テンプレート > タグ テンプレート > 新規 > … > インポート。このテンプレートからタグを作り、トリガーを All Pages にします。
説明は docs/TAG.ja.md にあります。

What was not tried: this template was run in an emulation of the documented sandbox, with its own tests, and not in a live
Google Tag Manager account. Try it in preview mode before you publish, and run the tests of the Tests tab once.
未確認：公開されている仕様に基づく模擬環境で試験しています。実際の Google タグ マネージャーのアカウントでは試していません。
公開の前に、プレビュー モードと「テスト」タブで一度ご確認ください。
